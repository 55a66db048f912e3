"""What a report says: its sentences, who fights, what happened where and when, and who says so."""
