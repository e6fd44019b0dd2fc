"""The tests themselves, a module for each wire and subject. Run by the kit, or by `pytest --pyargs`."""
