"""What is missing for the service to be of use here, and what to do about it.

Owns: nothing; looks at settings, the machine, the database and what was posted, and changes
nothing. Called by `shortrun doctor`. Whether what is stored adds up is `verification`'s question.
"""
