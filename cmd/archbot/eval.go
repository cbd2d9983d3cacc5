package main

import (
	"errors"

	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newEval(p *app.Program) *cobra.Command {
	var dialogues, cases bool
	var labelled string
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure the search: JSON lines of queries in, answers out",
		Long: `Answer queries from standard input, one JSON object a line, with one line each
on standard output, in order and best first. No network but for the list, no
token, the same answer every time.

  in   {"qid":"q1","surface":"search","query":"circuit breaker"}
  out  {"qid":"q1","topics":[{"id":"…","score":0.93}],
        "resources":[{"title":"…","url":"…","kind":"…","topic":"…"}]}

The surface is search (as after "archbot search") or question (as in a direct
message); without it, search. No topics means that nothing was found. A line
that is no such object is answered {"error":"line 3: …"}, and the run goes on.

With --dialogues, the messages of conversations, each of which goes on from those
before it with the same did. The answer says what is shown: of which kind and level
alone, and which page.

  in   {"did":"d1","turn":1,"message":"circuit breaker"}
  out  {"did":"d1","turn":1,"topics":[…],"kind":"any","page":1,"level":"any",
        "resources":[…]}

With --score it reads queries and what is right to answer from a file (- is
standard input), and prints how well the search does: P@1, MRR and nDCG of the
first ten, what it refused, how much is right in all. Columns are separated by
tabs and named in the first line; query and relevant have to be there, qid,
surface, class and note may be:

  query             relevant
  circuit breaker    resilience/circuit-breaking=3;resilience=1
  banana bread      NONE

Grade 3 is exact, 2 good, 1 acceptable; 2 and 3 count as right. NONE says that
the list has nothing for it. A file with a column did holds dialogues.`,
		Example: `  echo '{"query":"circuit breaker"}' | archbot eval
  archbot eval --list my-list.md <queries.jsonl >answers.jsonl
  archbot eval --score my-queries.tsv --list my-list.md
  archbot eval --score my-queries.tsv --cases | grep wrong`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if labelled != "" {
				return p.Score(cmd.Context(), labelled, cases)
			}
			if cases {
				return errors.New("--cases says what came of each case of --score FILE, and there is no --score")
			}
			return p.Eval(cmd.Context(), dialogues)
		},
	}
	cmd.Flags().BoolVar(&dialogues, "dialogues", false, "read messages of dialogues instead of queries")
	cmd.Flags().StringVar(&labelled, "score", "", "ask what stands in a labelled `file` and print how many answers are right")
	cmd.Flags().BoolVar(&cases, "cases", false, "with --score: a line for each query, with the rank of its first right topic")
	cmd.MarkFlagsMutuallyExclusive("dialogues", "score")
	return cmd
}
