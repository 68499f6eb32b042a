# Every verb of the project. Each builds its own .venv when it is missing, from the hashed locks.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev

# A run of tests starts some fifty processes: each would compile the whole project again.
unexport PYTHONDONTWRITEBYTECODE

SPREAD  := --dist loadfile --no-loadscope-reorder
WHOLE   := -n auto $(SPREAD) -m "not long"
COUNTED := --cov --cov-report=term --cov-fail-under=90

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(RUNTIME) ## everything on this machine: web chat at http://127.0.0.1:8080/, simulated platforms
	@$(BIN)/python -m tests.simulators.demo

.PHONY: test
test: $(DEV) ## the whole suite, some minutes, no network; ARGS="-k name" for some of it, COVERAGE=1 to count lines, too
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),$(WHOLE)) $(if $(COVERAGE),$(COUNTED))

.PHONY: long
long: $(DEV) ## the long stories: kills under load, thirty turns at every door on a bad day
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 $(SPREAD) -m long

.PHONY: lint
lint: $(DEV) ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: bench
bench: $(DEV) ## ratios measured in one run, a JSON line each; ONLY=name for one
	@$(BIN)/python -m tests.bench $(ONLY)

.PHONY: judge
judge: $(DEV) ## question sets that lie beside the project, a JSON line each; FOLDER=path SPLIT=dev ONLY=name
	@$(BIN)/python -m tests.evals.public --folder $(FOLDER) $(if $(SPLIT),--split $(SPLIT)) $(if $(ONLY),--only $(ONLY))

.PHONY: dialogues
dialogues: $(DEV) ## the sample shop's dialogues with a real model, a JSON line each miss; MODEL_URL=http://…/v1 GOLD=1 DIRECT=0.9 ONLY=name MOST=5
	@$(BIN)/python -m tests.evals.dialogues --url $(MODEL_URL) $(if $(MODEL),--model $(MODEL)) $(if $(GOLD),--gold) $(if $(DIRECT),--direct $(DIRECT)) \
	  $(if $(TOOLS_IN_TEXT),--tools-in-text) \
	  $(if $(ONLY),--only $(ONLY)) $(if $(MOST),--most $(MOST)) $(if $(AT_ONCE),--at-once $(AT_ONCE))

.PHONY: chaos
chaos: $(DEV) ## everything that can go wrong, ten minutes; SEED=1 BUG=dedupe|fence|ack MESSAGES=2000 SPAN=60
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(BUG),--bug $(BUG)) \
	  $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(SPAN),--seconds $(SPAN))

.PHONY: peak
peak: $(DEV) ## 100,000 messages at 80% of the doors' rate, and a model that answers a tenth; MESSAGES=3000 SEED=1 LOAD=1.5
	@$(BIN)/python -m tests.proofs.peak $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(LOAD),--load $(LOAD))

.PHONY: recovery
recovery: $(DEV) ## kills a worker 20 times, and sees how long its customers wait; KILLS=3 LEASE=3 RATE=20 SEED=1
	@$(BIN)/python -m tests.proofs.recovery $(if $(KILLS),--kills $(KILLS)) $(if $(LEASE),--lease $(LEASE)) \
	  $(if $(RATE),--rate $(RATE)) $(if $(SEED),--seed $(SEED))

.PHONY: model-outage
model-outage: $(DEV) ## five minutes without the model at 20 messages a second: who hears what, and when; SPAN=60 RATE=20 SEED=1
	@$(BIN)/python -m tests.proofs.model_outage $(if $(SPAN),--span $(SPAN)) $(if $(RATE),--rate $(RATE)) \
	  $(if $(SEED),--seed $(SEED))

.PHONY: soak
soak: $(DEV) ## an hour at 20 messages a second: does anything grow?; SPAN=60 RATE=20 SEED=1
	@$(BIN)/python -m tests.proofs.soak $(if $(SPAN),--span $(SPAN)) $(if $(RATE),--rate $(RATE)) \
	  $(if $(SEED),--seed $(SEED))

.PHONY: outage
outage: $(DEV) ## a minute without Redis under 100 messages a second: doors go on, and nothing is lost
	@$(BIN)/python -m pytest -n 0 -s -m long tests/scenarios/test_store_gone.py

.PHONY: capacity
capacity: $(DEV) ## what a set-up bears, by formula and simulated (docs/scaling.md); RATE=100 SERVERS=10 WORKERS=2 …
	@$(BIN)/python -m tests.proofs.capacity $(foreach part,RATE SPAN SEED GATEWAYS MASTERS WORKERS SERVERS TURNS \
	  BATCH ALONE FULL TOKENS DOOR STORE TURN EMBED PLATFORM QUIET,\
	  $(if $($(part)),--$(shell echo $(part) | tr A-Z a-z) $($(part))))

.PHONY: fuzz
fuzz: $(DEV) ## random callbacks at every door, ten minutes; SECONDS=60 SEED=1
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED))

.PHONY: venv
venv: $(DEV) ## build the environment alone

.PHONY: lock
lock: ## renew the locks (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --no-annotate --upgrade -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev -c requirements.lock --universal --generate-hashes --no-header --no-annotate --upgrade -o requirements-dev.lock

.PHONY: clean
clean: ## remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*

$(RUNTIME): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kefu needs Python 3.11 or newer; here is: $$($(PYTHON) --version). Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "· building $(VENV)"; $(PYTHON) -m venv $(VENV); } || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "· installing the pinned packages (about a minute the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.lock
	@echo "· installing the tools for tests and checks"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements-dev.lock
	@touch $@
