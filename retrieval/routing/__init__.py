"""Which kind of answer a message wants: routes propose, and the likeliest proposal is shown."""
