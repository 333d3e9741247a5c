"""The screens of the terminal program beside its main one."""
