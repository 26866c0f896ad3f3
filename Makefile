# The only way things run, for people and for CI alike.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# Outside the checkout, so that a second clean checkout is quick.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/keyturn
# The newest that Node.js 20 runs.
LIGHTHOUSE := lighthouse@12.8.2
export CARGO_TARGET_DIR ?= $(CACHE)/target

# A step of the work: its name, what it runs, and how long that took.
stage = @echo "== $(1)"; start=$$SECONDS; if [ -f $(CACHE)/env ]; then source $(CACHE)/env; fi; $(2); echo "== $(1): $$((SECONDS - start)) s"

.PHONY: run watch build test lint unit official e2e soak bench visual states screenshots release-check server setup setup-test site
run: server
	@exec $(CARGO_TARGET_DIR)/gate/keyturn

# Builds and starts again at each change of a file; what is a quarter of a minute here is half a minute elsewhere.
watch: setup
	@.ci/watch

build: setup
	$(call stage,site,node .ci/site.mjs release)
	@mkdir -p target/release
	$(call stage,server,cargo build --locked -p keyturn --release; cp $(CARGO_TARGET_DIR)/release/keyturn target/release/keyturn)

test: lint unit official e2e
	@echo "== passed: format, licences, lints, unit and integration tests, official SDKs, browser tests"

lint: setup-test site
	$(call stage,format,cargo fmt --all --check)
	$(call stage,licences and sources,cargo deny --locked check --hide-inclusion-graph licenses bans sources)
	$(call stage,lints,cargo clippy --locked --workspace --exclude keyturn-app --all-targets --profile gate -- -D warnings)
	$(call stage,lints without the sandbox,cargo clippy --locked -p keyturn --no-default-features --bins --lib --profile gate -- -D warnings; ! cargo tree --locked -p keyturn --no-default-features -e no-dev | grep keyturn-sandbox)
	$(call stage,lints of the app on the server,cargo clippy --locked -p keyturn-app --features ssr --all-targets --profile gate -- -D warnings)
	$(call stage,lints of the app in the browser,$${WASM_CARGO:-cargo} clippy --locked -p keyturn-app --features hydrate --target wasm32-unknown-unknown --profile gate -- -D warnings)

unit: setup-test site
	$(call stage,unit and integration tests,.ci/with-postgres cargo test --locked --workspace --exclude keyturn-app --lib --bins --tests --profile gate)
	$(call stage,unit tests of the app,cargo test --locked -p keyturn-app --features ssr --lib --profile gate)

# The vendor's own clients over every action of the sandbox.
official: setup-test server
	$(call stage,official SDKs,"$$TEST_PYTHON" end2end/official/suite.py $(CARGO_TARGET_DIR)/gate/keyturn)

e2e: setup-test server
	$(call stage,browser tests,TEST_BINARY=$(CARGO_TARGET_DIR)/gate/keyturn node_modules/.bin/playwright test --config end2end $(E2E))

# What takes long: the durable sandbox killed 300 times, half an hour of people while calls fail, a flood, and many more histories and changed requests than the gate tries.
soak: setup
	$(call stage,kills,TEST_CRASHES=300 cargo test --locked -p keyturn --profile gate --test crash -- --nocapture)
	$(call stage,half an hour of 200 people,TEST_SOAK=1800 cargo test --locked -p keyturn --profile gate --test soak -- --nocapture)
	$(call stage,flood,TEST_FLOOD=10000 cargo test --locked -p keyturn --profile gate --test identity flood -- --nocapture)
	$(call stage,histories and changed requests,PROPTEST_CASES=50000 cargo test --locked -p keyturn-sandbox --profile gate --lib -- --nocapture properties mutations)
	$(call stage,any text,PROPTEST_CASES=50000 cargo test --locked -p keyturn --profile gate --lib -- s59)

# What a release is held against; advisories where their database can be reached.
release-check: setup-test build
	$(call stage,sizes,node .ci/sizes.mjs)
	$(call stage,every page in every theme and language,TEST_BINARY=target/release/keyturn node_modules/.bin/playwright test --config end2end/release.config.ts)
	$(call stage,Lighthouse,npm install --silent --no-audit --no-fund --prefix $(CACHE)/lighthouse $(LIGHTHOUSE); node .ci/lighthouse.mjs target/release/keyturn $(CACHE)/lighthouse)
	$(call stage,licences and sources,cargo deny --locked check --hide-inclusion-graph licenses bans sources)
	$(call stage,parts and advisories,.ci/parts)

# Pictures of all components beside their baselines; `make visual UPDATE=1` makes new ones.
visual: setup-test server
	$(call stage,pictures,TEST_BINARY=$(CARGO_TARGET_DIR)/gate/keyturn node_modules/.bin/playwright test --config end2end/pictures.config.ts --grep-invert '@docs|@states' $(if $(UPDATE),--update-snapshots))

# Each page in its states, for whoever looks: end2end/results/states.
states: setup-test server
	$(call stage,pictures of states,TEST_BINARY=$(CARGO_TARGET_DIR)/gate/keyturn node_modules/.bin/playwright test --config end2end/pictures.config.ts --grep @states)

screenshots: setup-test server
	$(call stage,pictures of the documentation,TEST_BINARY=$(CARGO_TARGET_DIR)/gate/keyturn node_modules/.bin/playwright test --config end2end/pictures.config.ts --grep @docs)

bench: setup-test site
	$(call stage,benchmarks,cargo bench --locked -p keyturn-cloud -p keyturn-sandbox -p keyturn --benches)

server: setup site
	$(call stage,server,cargo build --locked -p keyturn --profile gate)

setup:
	$(call stage,set-up,.ci/setup build)

setup-test:
	$(call stage,set-up for tests,.ci/setup test)

site: setup
	$(call stage,site,node .ci/site.mjs gate)
