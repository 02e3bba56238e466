"""Everything that there is of a member, for themselves: a ZIP that a worker makes of what each app says it has."""
