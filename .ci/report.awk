# Reads `go test -json`, followed by a line "exit STATUS", and prints what a
# person wants to see: go test's closing line of each package, everything that
# a failed test said, and every skipped test with its reason. Exits with STATUS.
#
# A test that cannot run names in its reason the variable that would let it:
#     t.Skip("set ARCHBOT_LISTS to a directory of lists")
# With ARCHBOT_NO_SKIP set, a skip that waits for no unset variable is a failure.

function field(name,    start) {
	start = length(name) + 5 # "name":"
	if (!match($0, "\"" name "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
	return text(substr($0, RSTART + start - 1, RLENGTH - start))
}

function text(json) {
	gsub(/\\\\/, "\001", json)
	gsub(/\\n/, "\n", json)
	gsub(/\\t/, "\t", json)
	gsub(/\\r/, "", json)
	gsub(/\\"/, "\"", json)
	gsub(/\\u003c/, "<", json)
	gsub(/\\u003e/, ">", json)
	gsub(/\\u0026/, "\\&", json)
	gsub(/\001/, "\\", json)
	return json
}

# reason takes the test runner's own lines and the place in the file off.
function reason(output,    lines, n, i, out) {
	n = split(output, lines, "\n")
	for (i = 1; i <= n; i++) {
		if (lines[i] ~ /^ *(===|---) / || lines[i] ~ /^ *$/) continue
		sub(/^ *([^ ]+_test\.go:[0-9]+: )?/, "", lines[i])
		out = out (out == "" ? "" : " ") lines[i]
	}
	return out == "" ? "no reason given" : out
}

# waits tells whether a reason names a variable that is not set.
function waits(why) {
	while (match(why, /ARCHBOT_[A-Z0-9_]+/)) {
		if (ENVIRON[substr(why, RSTART, RLENGTH)] == "") return 1
		why = substr(why, RSTART + RLENGTH)
	}
	return 0
}

/^exit [0-9]+$/ { status = $2; next }
!/^\{/ { print; next }

{
	action = field("Action")
	package = field("Package")
	test = field("Test")
	key = package SUBSEP test
}

action == "build-output" || (action == "output" && test == "") {
	line = field("Output")
	if (line != "PASS\n" && line !~ /\[no test files\]\n$/) printf "%s", line
}
action == "output" && test != "" {
	if (!(key in said)) told[++tests] = key
	said[key] = said[key] field("Output")
}
action == "pass" && test != "" { passed++; delete said[key] }
action == "skip" && test != "" {
	# A fuzz target that does not care for one of its seeds is no skipped test.
	if (test !~ /^Fuzz.*\//) {
		why = package SUBSEP reason(said[key])
		if (!(why in skips)) { order[++reasons] = why; first[why] = test }
		skips[why]++
		skipped++
	}
	delete said[key]
}
action == "fail" && test != "" { failed++ }
# Whatever is left has failed, or was running when its package broke down.
action == "fail" && test == "" {
	for (i = 1; i <= tests; i++) {
		key = told[i]
		if (index(key, package SUBSEP) != 1 || !(key in said)) continue
		gsub(/=== (RUN|NAME|PAUSE|CONT) [^\n]*\n/, "", said[key])
		printf "%s", said[key]
		delete said[key]
	}
}

END {
	for (i = 1; i <= reasons; i++) {
		why = order[i]
		split(why, part, SUBSEP)
		more = skips[why] > 1 ? " and " skips[why] - 1 " more" : ""
		printf "skip\t%s\t%s%s: %s\n", part[1], first[why], more, part[2]
		if (ENVIRON["ARCHBOT_NO_SKIP"] != "" && !waits(part[2])) forbidden++
	}
	printf "%d passed, %d skipped, %d failed\n", passed, skipped, failed
	if (forbidden) print "FAIL: a test was skipped that could have run here, or whose reason names no variable to set"
	if (status == "") status = 1 # cut off
	exit (status == 0 && forbidden) ? 1 : status
}
