"""The steps of a turn, a module each; every node is a function of the state and the parts."""
