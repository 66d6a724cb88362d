package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.lab.LabOptions;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
    @ParameterizedTest
    @CsvSource({
        "nginx, false",
        "nginx, true",
        "haproxy, false",
        "haproxy, true",
        "undertow, false",
        "undertow, true",
        "bare, false",
        "direct/direct, false",
        "direct/jdk, true",
        "jdk/direct, true"
    })
    void eachProxyForwardsAndIsGoneAtTheEnd(String name, boolean tls) throws Exception {
        assumeThat(Subject.missing(name)).isEmpty();
        ProcessHandle process;
        try (Workspace workspace = Workspace.open();
                EmbeddedOrigin origin = new EmbeddedOrigin()) {
            int port = origin.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Setup setup = Setup.to(List.of("127.0.0.1:" + port)).withOriginConnections(9);
            KeyFiles keys = KeyFiles.write(workspace.folder("keys"));
            Subject subject = start(name, workspace, tls ? setup.withTls(keys) : setup);
            process = subject.process().handle();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create((tls ? "https" : "http") + "://127.0.0.1:" + subject.port() + "/1k"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(keys)).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .hasSize(1_024);
            assertThat(subject.usage().threads()).isPositive();
        }
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void whatTheMachineHasNotIsNamedWithTheReason() {
        assertThat(Environment.leftOut(
                        List.of("bare", "haproxy"),
                        name -> name.equals("haproxy") ? Optional.of("it is not installed") : Optional.empty()))
                .isEqualTo("haproxy is left out: it is not installed.\n\n");
    }

    private static Subject start(String name, Workspace workspace, Setup setup) {
        Subject[] started = new Subject[1];
        LabOptions.run(new BenchOptions(), new String[0], System.err::println, options -> {
            started[0] = Subject.start(name, options, workspace, setup);
            return 0;
        });
        return started[0];
    }

    private static SSLContext trusting(KeyFiles keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys.store())) {
            store.load(in, KeyFiles.PASSWORD);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
