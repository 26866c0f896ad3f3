# The only way things run, for people and for CI alike.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# Outside the checkout, so that a second clean checkout is quick.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/keyturn/target

stage = @echo "== $(1)"; start=$$SECONDS; $(2); echo "== $(1): $$((SECONDS - start)) s"

.PHONY: test lint bench
test: lint
	$(call stage,unit and vector tests,cargo test --locked --workspace --lib --tests --profile gate)

lint:
	$(call stage,format,cargo fmt --all --check)
	$(call stage,lints,cargo clippy --locked --workspace --all-targets --profile gate -- -D warnings)

bench:
	$(call stage,benchmarks,cargo bench --locked --workspace)
