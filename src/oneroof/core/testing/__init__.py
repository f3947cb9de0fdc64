"""What the suite needs of the real parts: a database cluster, and a worker that runs what is due."""
