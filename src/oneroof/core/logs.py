"""What the log must not hold: addresses that let in whoever has them."""

import logging
import re

# Sign-in links, ways out of our letters, and the keys of password resets and confirmed addresses.
SECRET_PATHS = re.compile(
    r"(/sign-in/|/notices/unsubscribe/|/accounts/password/reset/key/|/accounts/confirm-email/)[^\s/?'\"]+"
)


class SecretsAreCut(logging.Filter):
    """Lets every record through, with the secret part of such an address cut out."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if SECRET_PATHS.search(told):
            record.msg, record.args = SECRET_PATHS.sub(r"\1…", told), ()
        return True
