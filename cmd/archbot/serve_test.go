package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// serve starts a web server that answers as the path says, until the script
// ends:
//
//	/404, /500 …    that status
//	/301/PATH       that status, and the way to /PATH
//	/get/405        that status, but 200 to GET
//	/hang           nothing
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve FILE…")
	}
	srv := httptest.NewServer(http.HandlerFunc(answer))
	ts.Defer(srv.Close)
	for _, file := range args {
		text := strings.ReplaceAll(ts.ReadFile(file), "SERVER", srv.URL)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch code, _ := strconv.Atoi(first); {
	case first == "hang":
		<-r.Context().Done()
	case first == "get" && r.Method == http.MethodHead:
		refused, _ := strconv.Atoi(rest)
		w.WriteHeader(refused)
	case code >= 300 && code < 400:
		w.Header().Set("Location", "/"+rest)
		w.WriteHeader(code)
	case code > 0:
		w.WriteHeader(code)
	}
}
