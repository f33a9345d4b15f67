# Every command sets up what it needs. PORT, T and B reach the scripts through the environment.
export PORT T B
LOCAL = deploy/local/with-python

.PHONY: help setup run test test-faults trial check audit messages dictionary guides bench services stop clean

help:
	@sed -n 's/^#: //p' Makefile

#: make run [PORT=8000]   the portal on this machine, with demo data; Ctrl-C stops it
run:
	@$(LOCAL) run.py

#: make test [T="tests/foundation -k audit"]   the tests
test:
	@$(LOCAL) test.py

#: make test-faults [T="-k broker"]   servers killed, disks full, clocks that jump; on servers of its own
test-faults:
	@$(LOCAL) test_faults.py

#: make trial   a city's machine with nginx, changed over to another release under load
trial:
	@$(LOCAL) trial.py

#: make check   style, types, floors, migrations, catalogues, deployment settings, data dictionary
check:
	@$(LOCAL) check.py

#: make audit   known weaknesses of the packages in the locks, where the advisory database can be reached
audit:
	@$(LOCAL) audit.py

#: make messages   bring the English catalogue up to date with the code
messages: setup
	@.venv/bin/python deploy/local/catalogues.py

#: make dictionary   write docs/reference/data-dictionary anew from the models
dictionary: setup
	@.venv/bin/python deploy/local/data_dictionary.py

#: make guides   take the pictures of docs/guides anew
guides: export GUIDE_PICTURES = docs/guides/pictures
guides: export T = tests/e2e/test_guides.py
guides:
	@$(LOCAL) test.py

#: make bench [B="G1 G2"]   the measured workloads
bench:
	@$(LOCAL) bench.py

#: make setup   only the set-up, which the others do by themselves
setup:
	@$(LOCAL) setup.py test

#: make services | make stop   the private database and broker, without the portal
services:
	@$(LOCAL) services.py start

stop:
	@$(LOCAL) services.py stop

#: make clean   remove the virtual environment and ALL local data
clean:
	@$(LOCAL) clean.py
