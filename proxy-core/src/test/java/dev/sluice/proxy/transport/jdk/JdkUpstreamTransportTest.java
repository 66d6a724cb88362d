package dev.sluice.proxy.transport.jdk;

import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.EMPTY_OK;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkUpstreamTransportTest {
    private static final String PROBE = """
            public class Probe {
                public static void main(String[] args) throws Exception {
                    System.out.print(dev.sluice.proxy.transport.jdk.JdkTransport.hostHeaderAllowed());
                }
            }
            """;

    @ParameterizedTest
    @CsvSource({
        "-Da=b, true",
        "-Dsluice.jvmProperties=off, false",
        "-Djdk.httpclient.allowRestrictedHeaders=connection, false",
        "-Dsluice.jvmProperties=off -Djdk.httpclient.allowRestrictedHeaders=host, true"
    })
    void whetherAHostMayBeSetIsToldAsThisJvmHasIt(String options, String expected, @TempDir Path directory)
            throws Exception {
        assertThat(probe(options, directory)).isEqualTo(expected);
    }

    @Test
    void anUpstreamHasThePartsOfItsUri() {
        Upstream upstream = JdkTransport.shared().upstream("a", URI.create("https://a.test:444/base/"));

        assertThat(upstream.id()).isEqualTo("a");
        assertThat(upstream.scheme()).isEqualTo("https");
        assertThat(upstream.authority()).hasToString("a.test:444");
        assertThat(upstream.basePath()).isEqualTo("/base");
        assertThat(upstream.capabilities()).containsExactly(Capability.HOST);
        assertThat(upstream).hasToString("a at https://a.test:444/base");
    }

    @Test
    void theSharedTransportIsASingletonAndStaysOpen() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(EMPTY_OK)) {
            JdkTransport.shared().close();
            Upstream upstream =
                    JdkTransport.shared().upstream("a", fixture.origin().uri());

            assertThat(upstream.send(fixture.request("GET", "/").build()).status())
                    .isEqualTo(200);
            assertThat(JdkTransport.shared()).isSameAs(JdkTransport.shared());
        }
    }

    @Test
    void aClosedTransportSendsNothing() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(EMPTY_OK)) {
            text(fixture.get("/"));
            fixture.transport().close();
            fixture.transport().close();
            ProxyException failure = fixture.failureOf(fixture.request("GET", "/"));

            assertThat(failure.outcome()).isEqualTo(Outcome.SHUT_DOWN);
        }
    }

    @Test
    void theStepsOfTheClientRunOnTheGivenExecutor() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        try (JdkTransport transport = JdkTransport.builder()
                        .executor(step -> {
                            steps.incrementAndGet();
                            TimeSource.system().start("step", step);
                        })
                        .build();
                JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(EMPTY_OK)) {
            text(transport
                    .upstream("a", fixture.origin().uri())
                    .send(fixture.request("GET", "/").build()));
        }

        assertThat(steps).hasPositiveValue();
    }

    @Test
    void theDefaultsOfTheJvmAreNotUsed() throws Exception {
        ProxySelector selector = ProxySelector.getDefault();
        ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("127.0.0.1", 1)));
        CookieHandler.setDefault(new CookieManager());
        Authenticator.setDefault(new Authenticator() {});
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(
                "HTTP/1.1 401 Unauthorized\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(fixture.get("/").status()).isEqualTo(401);
            assertThat(fixture.headOf(fixture.request("GET", "/"))).doesNotContain("Cookie");
        } finally {
            ProxySelector.setDefault(selector);
            CookieHandler.setDefault(null);
            Authenticator.setDefault(null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void aConnectTimeoutIsPositive(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkTransport.builder().connectTimeout(timeout))
                .withMessageContaining("connectTimeout")
                .withMessageContaining(timeout.toSeconds() + " s");
    }

    @Test
    void theVersionIsOneThatTheClientSpeaks() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkTransport.builder().version(HttpVersion.HTTP_1_0))
                .withMessageContaining("version")
                .withMessageContaining("HTTP/1.0");
    }

    /** In a separate JVM, because the answer is fixed when the first client is used. */
    private static String probe(String options, Path directory) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("Probe.java"), PROBE);
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of(
                "-cp",
                location(JdkTransport.class) + File.pathSeparator + location(org.slf4j.Logger.class),
                source.toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }
}
