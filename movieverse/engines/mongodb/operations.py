from django_mongodb_backend import operations


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "movieverse.engines.mongodb.compiler"
