.PHONY: help demo web test test-faults bench bench-growth lint schema setup check

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

demo: setup ## a whole wisplink with a simulated WISP, until Ctrl-C
	scripts/web --if-possible
	cargo run -q --locked -p wisplink -- demo

web: ## build the console, which the next cargo build embeds
	scripts/web

test: setup ## all tests, on servers of their own
	scripts/web --if-possible
	scripts/clients
	scripts/test
	scripts/pooled

test-faults: setup ## the long tests: workers and servers killed, frozen, cut off; crowds of subscribers; a million links
	scripts/test --workspace --features wisplink-tests/failpoints --run-ignored only -E 'test(hundred_kills) | test(fault::) | test(live::fleet) | test(live::silent) | test(request::plans)' --no-capture

bench: setup ## measure wisplink beside others, on servers of its own; ONLY=ingest,reads for some of it
	cargo build --release --locked --workspace --bin wisplink --bin wisplink-bench
	ulimit -n $$(ulimit -Hn); $${CARGO_TARGET_DIR:-target}/release/wisplink-bench $(if $(ONLY),--only $(ONLY)) $(BENCH)

bench-growth: setup ## draw how cost grows with links, clients, tenants, sockets and batches
	$(MAKE) bench BENCH=--growth

lint: ## formatting, clippy, documentation, dependencies; types and style of the console where Node is
	cargo fmt --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
	scripts/web --lint
	scripts/audit

schema: ## write schema.graphql anew
	cargo run -q --locked -p wisplink -- schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

setup: ## find or install PostgreSQL and nats-server, and Node if it can be had
	scripts/setup

check: lint test ## what must pass before a change goes in
