"""What readers are told without asking: found among what comes in, and put into words.

It knows nothing of Telegram, and decides nothing about when a message goes out.
"""
