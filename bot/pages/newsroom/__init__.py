"""What admins see of their bot: what is asked, what is not answered, how feeds and alerts do."""
