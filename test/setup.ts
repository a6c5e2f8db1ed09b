// The functions' own log lines would drown the tests' report; set the variable to see them.
process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";
