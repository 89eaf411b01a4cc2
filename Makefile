# make run   builds and starts Bylaw with a sandbox AI provider and a simulated organisation
# make test  installs what the tests need and runs every suite
# make ci    what must pass before a change lands
# make bench the benchmarks, as ratios within one run
# make audit known vulnerabilities in dependencies

CONSOLE_SOURCES := $(shell find console/src console/public -type f 2>/dev/null) \
	console/index.html console/vite.config.ts console/package-lock.json

.PHONY: run test ci bench check console audit

run: console/dist/index.html
	cargo run --release --bin bylaw -- demo

console: console/dist/index.html

console/dist/index.html: $(CONSOLE_SOURCES)
	scripts/need console
	npm --prefix console run build

test: console/dist/index.html
	scripts/need tests
	cargo test --workspace --features app/pdf --bins --lib --tests
	npm --prefix console test

check: console/dist/index.html
	scripts/need deny
	cargo fmt --all --check
	cargo clippy --workspace --features app/pdf --all-targets -- -D warnings
	cargo deny --log-level error check bans licenses sources
	cargo xtask check-graph
	cargo xtask openapi --check
	npm --prefix console run lint

ci: check test

bench:
	cargo xtask bench

# Known vulnerabilities: needs the Internet, for the advisory database.
audit:
	scripts/need deny
	cargo deny check advisories
