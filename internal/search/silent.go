package search

import "strings"

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[fold(w)] = true
	}
	return set
}

// silent holds words that a query may have but no topic is about: grammar, and
// the words of asking, in the languages that the vocabulary covers.
var silent = wordSet(`a about above after again all also am an and any anybody anyone anything are arent around as at be because
	been before being between both but by can cant could couldnt did didnt do does doesnt doing dont down during each either else etc even
	ever every everyone everything explain few find for from further get gets getting give go goes going good got great had has
	hasnt have havent having he hello help her here hey hi him his how however i id if ill im in instead into is isnt it its itself ive just
	kind know lets like look looking lot made make makes making many may maybe me might mine more most much must my need needs
	no nor not of off ok okay on once one only onto or other others ought our ours out over own particular per please pls plz
	pointers read reading reads really recommend resource resources same say says see she should shouldnt show so some somebody someone
	something sort start still stuff such suggest sure take tell than thank thanks that thats the their them then there these
	they thing things think this those through thus to together too try under until up us use used useful uses using usually
	very want wants was wasnt way ways we well were werent what whats when where whether which while who whom whose why will with within
	without wont would wouldnt yes yet you your yours
	article articles video videos talk talks book books paper papers course courses blog blogs post posts tutorial tutorials
	guide guides intro introduction beginner beginners advanced explained learn learning material materials example examples
	der die das ein eine einen einem einer und oder fur mit ohne ist sind wie was wo warum ich wir man den dem des im in zu auf
	von bei nicht mein meine meinen meiner meinem kann soll zum zur wenn dass damit ob wer wann wir uns unser unsere unseren
	sich sie er es hat haben wird werden werde sein gibt gib welche welcher welches dieser diese dieses alle beim vom aus nach
	vor uber unter durch gegen auch noch nur schon sehr mehr etwas jemand bitte
	le la les un une des du de et ou pour avec sans est sont comment que quoi quel quelle je nous on dans sur par ne pas mon ma
	au aux se ce ces cet cette en y a il elle ils elles on nos notre vos votre leur leurs ses son sa mes ma moi qui dont quand
	quels quelles si mais donc plus moins tres tout tous toute toutes entre vers chez ont avoir etre peut peux puis faut dois
	el los las una unos unas y o para con sin es son como cual cuales yo nosotros en por no mi mis nuestro
	nuestra nuestros nuestras su sus del al se lo le les me nos si esta estan este esto estos estas hay ha han ser puedo puede
	pueden debo debe donde cuando quien quienes sobre entre desde hasta muy mas
	o os as um uma e ou para com sem sao como qual quais eu nos em por nao meu minha meus
	minhas nosso nossa seu sua seus suas do da dos das no na ao aos pelo pela esta estao este isso ha ser posso pode podem devo
	onde quando quem sobre entre ate mais muito
	il lo gli i uno una per con senza sono come quale cosa io noi nel nella nei di del della dei
	delle che e al alla ai da dal si mi ci mio mia miei nostro nostra suo sua chi dove quando sul sulla tra fra ho ha hanno e
	essere posso puo devo piu
	bir ve veya icin ile nasil nedir ne bu su mi mu icin da de ki mı mü hangi kim nerede zaman gibi kadar cok daha her hem var
	yok olan olarak biz ben benim bizim onun ama eger
	и или для с без как что где почему я мы в на по не мой это моя мои наш наша наши из к о об от до у за при то так же если чтобы
	кто когда который какой какие можно ли бы его их мне нам все`)

// faint holds words that so many titles have that they say little of a topic.
var faint = wordSet(`architecture architectures architectural system systems design designs platform platforms solution
	solutions pattern patterns infrastructure management service services software engineering application applications app
	apps implementation implementations best practice practices strategy strategies approach approaches mimarisi architektur
	sistema sistemas systeme arquitectura arquitetura architettura`)

// silentness is the share of its weight that a silent word keeps in a text.
const silentness = 0.35

// faintness is the share of its weight that a faint word keeps.
const faintness = 0.45

// everyday holds common words that, unknown to a list, say little about whether
// a question is in its scope.
var everyday = wordSet(`able across actually add again always another away back bad become begin big bit box bring build
	building built call called calls came change check clear close come coming company correct couple create current cut
	day days deal different difference do done each early easy end enough everything fail fails failing fast figure first fix
	follow full give half hand handle handles happen happens hard head high hold hope idea important improve inside issue
	job keep keeps knows large last late later lead least leave left less let level line list little live long longer low main
	mean means member message million millions mind minute moment month move near never new next nice night now number old
	open part people person pick piece place play point possible power problem problems properly put question quick quickly
	real reason right run running safe second seconds seem send set several shop short side simple since single site size
	small soon stay step stop story talk team test thousand thousands time times today tomorrow tonight top total turn two
	type understand update usual version wait walk week whole wide wish wonder word work working works world worth write wrong
	year years know where best whatever`)
