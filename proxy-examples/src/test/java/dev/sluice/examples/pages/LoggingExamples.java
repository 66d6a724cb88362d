package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

/** What the examples of {@code logging.md} do. */
final class LoggingExamples {
    private static final String LOGGER = "INFO dev.sluice.proxy.access - ";

    private LoggingExamples() {}

    /** The example in a JVM of its own, which writes its log to the console. */
    private static ExampleProcess program(Example example) throws Exception {
        return example.runAsProcess("UpstreamPool pool = UpstreamPool.builder().addMember(\""
                + example.origin("http://pool").url() + "\").build();\n");
    }

    static void aRequestHasALineInJson(Example example) throws Exception {
        ExampleProcess program = program(example);
        program.client().get("/a?token=hidden");
        assertThat(program.await(LOGGER + "{"))
                .contains("\"client\":\"127.0.0.1\"", "\"target\":\"/a?token=***\"", "\"status\":200");
    }

    static void aLineIsAsItIsWritten(Example example) throws Exception {
        ExampleProcess program = program(example);
        program.client().get("/a?b=c", "X-Team: the \"blue\" one");
        assertThat(program.await(LOGGER + "127.0.0.1"))
                .containsPattern("127\\.0\\.0\\.1 - \"GET /a\" 200 \\d+\\.\\d{3} 127\\.0\\.0\\.1:\\d+ ")
                .endsWith(" \"the \\\"blue\\\" one\"");
    }

    static void theLineHasTheFields(Example example) throws Exception {
        ExampleProcess program = program(example);
        program.client().get("/a", "X-Tenant: acme", "Accept-Language: de");
        assertThat(program.await(LOGGER + "{"))
                .contains(",\"tenant\":\"acme\",\"language\":\"de\",")
                .containsPattern(",\"slow\":(true|false)}$");
    }

    static void theRouteIsKept(Example example) throws Exception {
        ExampleProcess program = program(example);
        ExampleClient client = program.client();
        for (int i = 0; i < 3; i++) {
            client.get("/" + i);
            program.await("\"target\":\"/" + i + "\"");
        }
    }
}
