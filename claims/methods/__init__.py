"""How claims become control: one file per method, and the registry that knows them by name."""
