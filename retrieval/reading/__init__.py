"""Reading a question and a passage together: does the one answer the other, and where?"""
