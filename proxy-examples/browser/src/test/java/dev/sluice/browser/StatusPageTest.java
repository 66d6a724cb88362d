package dev.sluice.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** What the status page promises, in Chromium. {@code src/test/node/checks.mjs} has the checks. The screenshots are in {@code target/browser}. */
class StatusPageTest {
    @TestFactory
    Stream<DynamicTest> thePageKeepsItsPromises() throws IOException, InterruptedException {
        Chromium chromium;
        try {
            chromium = Chromium.orSkip();
        } catch (TestAbortedException missing) {
            // A test that is skipped is in the report, while a factory that is skipped is not.
            return Stream.of(dynamicTest(missing.getMessage(), () -> {
                throw missing;
            }));
        }
        List<String> results;
        try (ShownGateway gateway = ShownGateway.start()) {
            gateway.awaitReady();
            results = chromium.check(gateway.url());
        }
        assertThat(results).as("checks that have ended").hasSizeGreaterThan(10);
        return results.stream()
                .map(result ->
                        dynamicTest(nameOf(result), () -> assertThat(result).startsWith("ok: ")));
    }

    private static String nameOf(String result) {
        return result.split(": ", 3)[1];
    }
}
