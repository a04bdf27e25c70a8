"""The front door, one file a command. Nothing imports it, and it imports what is heavy inside the commands only."""
