"""What a person is worth to the company: amounts, each with an interval and a way down to its rows."""
