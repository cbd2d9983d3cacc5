# Everything here needs Go only; what else is used is built into ./bin. Tests over
# real servers skip where there is no redis-server; ARCHBOT_REQUIRE_REDIS=1 insists.

GO ?= go
# How long `make fuzz` has for each target; `make soak` has its own.
FUZZTIME ?= 5s
# More flags for `go test`, such as -count=1 or -run TestParse.
TESTFLAGS ?=
# Empty where the race detector does not work: it needs cgo, so a C compiler.
# `make test RACE=-race` insists, `make test RACE=` does without.
RACE ?= $(shell $(GO) test -race -run '^$$' errors >/dev/null 2>&1 && echo -race)

SBOM_VERSION := v1.10.0
VULN_VERSION := v1.9.0
LINT_VERSION := v2.15.0
LINT := bin/golangci-lint
# A linter is as old as the Go that built it, so a new Go builds a new one.
LINT_STAMP := bin/.golangci-lint-$(LINT_VERSION)-$(shell $(GO) env GOVERSION)

step = @printf '\n== %s\n' '$(1)'
# Runs the tests with the flags given, and closes with .ci/report.awk's summary.
report = { $(GO) test -json $(1) ./...; echo "exit $$?"; } | awk -f .ci/report.awk

.NOTPARALLEL:
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what there is to make.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: check
check: format vet lint tidy modules build lean deploy test ## Run everything that has to hold before a change goes in.
	$(call step,all is well)

.PHONY: build
build: ## Build bin/archbot.
	$(call step,build)
	@$(GO) build -trimpath -o bin/archbot ./cmd/archbot

.PHONY: lean
# A function that looks methods up by a name known only at run time makes the
# linker keep every method of every library: twice the binary. text/template does.
lean:
	$(call step,no method looked up by name)
	@mkdir -p bin; $(GO) build -ldflags=-dumpdep -o /dev/null ./cmd/archbot >bin/lean.log 2>&1 || { cat bin/lean.log; exit 1; }
	@! grep -- '-> .*<ReflectMethod>$$' bin/lean.log

.PHONY: test
test: ## Run the tests, with the race detector where it works.
	$(call step,test)
	@race='$(RACE)'; \
	[ -n "$$race" ] || echo 'without the race detector: it needs cgo and a C compiler'; \
	$(call report,$$race $(TESTFLAGS))

.PHONY: fuzz
# No part of check: what it finds is chance, and seldom the fault of the change at
# hand. The seeds that it left in testdata/fuzz run with the tests.
# On "context deadline exceeded" without an input that fails, the fuzzer tripped
# over its own clock (https://go.dev/issue/75804, mended in Go 1.27): once more.
fuzz: ## Fuzz each target for a moment (FUZZTIME=5s).
	$(call step,fuzz $(FUZZTIME) each)
	@mkdir -p bin; $(GO) test -list '^Fuzz' ./... >bin/fuzz.list || { cat bin/fuzz.list; exit 1; }
	@awk '/^Fuzz/ { name[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, name[i]; n = 0 }' bin/fuzz.list | { \
	failed=0; \
	while read -r package target; do \
		for try in 1 2; do \
			status=0; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$package" >bin/fuzz.log 2>&1 </dev/null || status=$$?; \
			grep -q 'context deadline exceeded' bin/fuzz.log && ! grep -q 'Failing input' bin/fuzz.log || break; \
		done; \
		[ $$status = 0 ] || { cat bin/fuzz.log; failed=$$status; continue; }; \
		printf '%s %s: %s\n' "$$package" "$$target" "$$(grep '^fuzz: elapsed' bin/fuzz.log | tail -n 1)"; \
	done; \
	exit $$failed; }

.PHONY: bench
bench: ## Run the benchmarks.
	$(call step,bench)
	@$(GO) test -run '^$$' -bench . -benchmem $(TESTFLAGS) ./...

.PHONY: bench-peers
# The figures are the last thing it prints: tables that a README can quote.
bench-peers: ## Compare the search with its peers, in a few minutes; ARCHBOT_SOAK=1 for a million entries.
	$(call step,bench the search and its peers)
	@cd internal/search/peers && $(GO) test -count=1 -bench . -benchtime 1x -timeout 60m $(TESTFLAGS) .

.PHONY: load
# With ARCHBOT_NODE=1, Bolt has its turns too.
load: ## Load serve with what a large service has, in some minutes, and print the table.
	$(call step,load)
	@ARCHBOT_SOAK=1 $(GO) test -count=1 -timeout 60m -run '^TestLoad$$' -v $(TESTFLAGS) ./internal/app/load

.PHONY: soak
soak: FUZZTIME = 1m
soak: ## Run the tests at full size, and fuzz: half an hour and more (FUZZTIME=1m).
	$(call step,soak)
	@export ARCHBOT_SOAK=1; $(call report,-count=1 -timeout 60m $(TESTFLAGS))
	@cd internal/search/peers && $(GO) test -count=1 -timeout 60m $(TESTFLAGS) .
	@$(MAKE) --no-print-directory fuzz FUZZTIME=$(FUZZTIME)

.PHONY: lint
lint: lint-tool ## Run the linters (.golangci.yml).
	$(call step,lint)
	@$(LINT) run ./...

.PHONY: lint-tool
lint-tool:
	@[ -x $(LINT) ] && [ -e '$(LINT_STAMP)' ] || { \
		printf '\n== %s\n' 'build golangci-lint $(LINT_VERSION), once, a minute or two'; \
		GOFLAGS= GOBIN='$(CURDIR)/bin' $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION) && \
		rm -f bin/.golangci-lint-* && touch '$(LINT_STAMP)'; }

.PHONY: vet
vet: ## Run go vet.
	$(call step,vet)
	@$(GO) vet ./...

.PHONY: format
format:
	$(call step,gofmt)
	@files=$$(gofmt -l .) && { [ -z "$$files" ] || { echo "not formatted, make fmt mends it:"; echo "$$files"; exit 1; }; }

.PHONY: fmt
fmt: ## Format the code.
	@gofmt -l -w .

.PHONY: tidy
tidy:
	$(call step,go mod tidy)
	@$(GO) mod tidy -diff

.PHONY: modules
# Modules of their own inside this one, which ./... does not reach.
modules:
	$(call step,nested modules)
	@find . -name go.mod ! -path ./go.mod ! -path './bin/*' ! -path '*/testdata/*' | sort | { \
	while read -r file; do \
		dir=$${file%/go.mod}; echo "$$dir"; \
		(cd "$$dir" && $(GO) build -o /dev/null ./... && $(GO) vet ./... && $(GO) mod tidy -diff) </dev/null || exit 1; \
	done; }

.PHONY: deploy
# Builds the image's binary for both architectures, twice each: the first run compiles
# for a few minutes. ARCHBOT_BUILDAH=1 builds the image too (see CONTRIBUTING.md).
deploy: ## Hold the Dockerfile, and what is in deploy, to what reads them.
	$(call step,deploy)
	@cd deploy/check && $(GO) test $(TESTFLAGS) ./...

.PHONY: sbom
# Read out of a binary that is built as the Dockerfile builds it: what it lists is what
# is in there. No time and no serial number, so the same source gives the same file.
sbom: ## List what the binary is made of, as CycloneDX, in bin/sbom.json (VERSION=v1.2.3).
	$(call step,sbom)
	@mkdir -p bin
	@CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -buildvcs=false -tags netgo,osusergo -o bin/sbom-archbot ./cmd/archbot
	@$(GO) run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(SBOM_VERSION) bin -json -licenses -std \
		-noserial -notimestamp -version '$(or $(VERSION),dev)' -output bin/sbom.json bin/sbom-archbot 2>bin/sbom.log || { cat bin/sbom.log; exit 1; }
	@rm bin/sbom-archbot; ls bin/sbom.json

.PHONY: licenses
licenses: ## Say under which licences the binary's parts are, and fail on one that is not accepted.
	$(call step,licenses)
	@cd deploy/check && $(GO) test -count=1 -run Licenses -v .

.PHONY: vuln
# No part of check: the database is on the internet, and a new entry is no fault of the
# change at hand.
vuln: ## Look for known vulnerabilities in what the binary calls; needs https://vuln.go.dev.
	$(call step,vuln)
	@$(GO) run golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION) ./...
