"""The erasing of a member from all stores, and the receipt that says so.

A request waits (`requests`). When it is due, what there is of the member is counted, and the account is deleted with
its event and these counts in one transaction (`beginning`). The event has every store forget them, as it does for any
account. When no store has anything left, the receipt is signed and the erasure is closed (`finishing`).
"""
