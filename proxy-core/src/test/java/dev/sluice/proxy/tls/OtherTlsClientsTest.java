package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of TLS that are not written in Java: openssl and curl. A test is skipped if its tool is not installed. */
@Timeout(120)
class OtherTlsClientsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @TempDir
    private Path folder;

    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        TlsCertificate ann = AUTHORITY.certificate("ann");
        Files.writeString(folder.resolve("ann.pem"), TestAuthority.chainPem(ann) + TestAuthority.keyPem(ann));
        TlsSettings secret = AUTHORITY.server("secret.test").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(ClientCertificate.REQUIRED)
                .build();
        server = ProxyServer.builder()
                .tls(ServerTls.byName()
                        .addName("a.test", AUTHORITY.intermediate().server("a.test"))
                        .addName("*.b.test", AUTHORITY.server("*.b.test"))
                        .addName("secret.test", secret)
                        .build())
                .addFilter(HttpsOnly.DEFAULT.withMaxAge(Duration.ofDays(1)))
                .addRoute("/**", request -> ProxyResponse.of(200, whoAsks(request)))
                .build()
                .start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String whoAsks(ProxyRequest request) {
        X509Certificate shown = request.exchange().client().certificate();
        return shown == null ? "nobody" : shown.getSubjectX500Principal().getName();
    }

    private String run(List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private String versionOf(String... command) throws Exception {
        try {
            return run(List.of(command));
        } catch (IOException notThere) {
            return "";
        }
    }

    private String openssl(String... arguments) throws Exception {
        assumeThat(versionOf("openssl", "version")).as("OpenSSL is installed").startsWith("OpenSSL ");
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-brief", "-verify_return_error"));
        command.addAll(List.of("-CAfile", folder.resolve("ca.pem").toString()));
        command.addAll(List.of("-connect", "127.0.0.1:" + server.address().getPort()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String curl(String host, String... arguments) throws Exception {
        assumeThat(versionOf("curl", "--version")).as("curl is installed").startsWith("curl ");
        String place = host + ':' + server.address().getPort();
        List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--noproxy", "*", "--max-time", "30"));
        command.addAll(List.of("--cacert", folder.resolve("ca.pem").toString()));
        command.addAll(List.of("--resolve", place + ":127.0.0.1"));
        command.addAll(List.of(arguments));
        command.add("https://" + place + "/");
        return run(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls1_3", "tls1_2"})
    void opensslAgreesOnBothVersionsAndIsShownTheWholeChain(String version) throws Exception {
        assertThat(openssl("-servername", "a.test", "-verify_hostname", "a.test", '-' + version))
                .contains("Protocol version: " + version.replace("tls1_", "TLSv1."), "Verification: OK");
    }

    @Test
    void opensslIsRefusedWithAnOldVersion() throws Exception {
        assertThat(openssl("-servername", "a.test", "-tls1_1")).doesNotContain("Verification: OK");
    }

    @ParameterizedTest
    @CsvSource({
        "A.test, CN = a.test",
        "x.b.test, CN = *.b.test",
        "y.x.b.test, unrecognized name",
        "c.test, unrecognized name"
    })
    void opensslGetsTheCertificateForTheName(String name, String result) throws Exception {
        assertThat(openssl("-servername", name).replace("CN=", "CN = ")).contains(result);
    }

    @Test
    void curlGetsAPageAndIsToldToComeOverHttpsOnly() throws Exception {
        assertThat(curl("a.test", "-i"))
                .containsIgnoringCase("\nStrict-Transport-Security: max-age=86400\r\n")
                .endsWith("nobody");
    }

    @Test
    void curlShowsItsCertificateOrIsRefused() throws Exception {
        String ann = folder.resolve("ann.pem").toString();
        assertThat(curl("secret.test", "--cert", ann)).isEqualTo("CN=ann");
        assertThat(curl("secret.test", "--cert", ann, "--tls-max", "1.2")).isEqualTo("CN=ann");
        assertThat(curl("secret.test")).doesNotContain("CN=", "nobody");
    }

    @Test
    void curlDoesNotReachAnotherHostThroughAConnection() throws Exception {
        assertThat(curl("a.test", "-H", "Host: secret.test", "-o", "/dev/null", "-w", "%{http_code}"))
                .isEqualTo("421");
    }
}
