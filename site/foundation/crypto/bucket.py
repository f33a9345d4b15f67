"""Files with personal data in S3-compatible storage: the store only ever sees them encrypted."""

from foundation.bucket import BucketStorage
from foundation.crypto.storage import EncryptedStorage


class EncryptedBucketStorage(EncryptedStorage, BucketStorage):
    """Objects in the envelope of ``EncryptedFileSystemStorage``'s files: the one can be copied to the other."""

    def token(self, name: str) -> bytes:
        return self.read_bytes(name)

    def put_token(self, name: str, token: bytes) -> None:
        self.replace(name, token)
