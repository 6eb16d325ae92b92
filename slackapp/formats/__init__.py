"""How the pages write numbers and moments, where Django's own way is not ours."""
