package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsFilesTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimulatedTime time = new SimulatedTime();
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path chain;
    private Path key;

    private final TlsFiles.Listener listener = new TlsFiles.Listener() {
        @Override
        public void changed(TlsFiles.Status status) {
            told.add("changed");
        }

        @Override
        public void refused(TlsFiles.Status status) {
            told.add("refused: " + status.problem());
        }

        @Override
        public void expiring(TlsFiles.Status status) {
            told.add("expires at " + status.expiresAt().orElseThrow());
        }
    };

    @BeforeEach
    void name() {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
    }

    private TestAuthority.Issue issue(String name) {
        return AUTHORITY
                .issue(name)
                .from(time.now().minusSeconds(60))
                .until(time.now().plus(Duration.ofDays(90)));
    }

    private TlsCertificate write(TestAuthority.Issue issue) throws Exception {
        TlsCertificate certificate = issue.build();
        Files.writeString(chain, TestAuthority.chainPem(certificate));
        Files.writeString(key, TestAuthority.keyPem(certificate));
        return certificate;
    }

    private TlsFiles.Builder files() {
        return TlsFiles.builder().addPem(chain, key).listener(listener).time(time);
    }

    @FunctionalInterface
    private interface Script {
        void run(TlsFiles files) throws Exception;
    }

    private void run(Script script) throws Exception {
        time.run(() -> {
            try (TlsFiles files = files().build()) {
                script.run(files);
            }
            return null;
        });
    }

    private static void shows(TlsFiles files, String name) {
        assertThat(files.settings("any.test")).asString().contains("[CN=" + name + ",");
        assertThat(files.status().settings()).isSameAs(files.settings(null));
    }

    @Test
    void newFilesAreInForceAfterTheNextLook() throws Exception {
        write(issue("one"));
        run(files -> {
            Instant begun = time.now();
            shows(files, "one");
            TlsCertificate two = write(issue("two"));
            time.advance(MINUTE.minusNanos(1));
            shows(files, "one");
            time.advance(Duration.ofNanos(1));
            shows(files, "two");
            assertThat(files.status().since()).isEqualTo(begun.plus(MINUTE));
            assertThat(files.status().expiresAt()).contains(two.expiresAt());
            time.advance(MINUTE.multipliedBy(5));
            assertThat(told).containsExactly("changed");
        });
    }

    @Test
    void aPairThatIsOnlyHalfNewIsRefusedUntilItIsWhole() throws Exception {
        write(issue("one"));
        run(files -> {
            TlsCertificate two = issue("two").build();
            Files.writeString(chain, TestAuthority.chainPem(two));
            time.advance(MINUTE.multipliedBy(3));
            shows(files, "one");
            String problem = key + " does not belong to the certificate " + chain + ", block 1 (CERTIFICATE): CN=two";
            assertThat(files.status().problem()).isEqualTo(problem);

            Files.writeString(key, TestAuthority.keyPem(two));
            time.advance(MINUTE);
            shows(files, "two");
            assertThat(files.status().problem()).isEmpty();
            assertThat(told).containsExactly("refused: " + problem, "changed");
        });
    }

    @Test
    void filesThatAreReplacedWhileTheyAreReadAreReadOnceMore() throws Exception {
        write(issue("one"));
        run(files -> {
            String before = Files.readString(chain);
            Files.delete(chain);
            assumeThat(new ProcessBuilder("mkfifo", chain.toString()).start().waitFor())
                    .as("mkfifo makes a pipe, whose reader waits")
                    .isZero();
            AtomicBoolean changed = new AtomicBoolean();
            Signal read = TimeSource.system().start("reload", () -> changed.set(files.reload()));
            try (OutputStream pipe = Files.newOutputStream(chain, StandardOpenOption.WRITE)) {
                pipe.write(before.getBytes(StandardCharsets.US_ASCII));
                // The old chain is being read, and the key has not been.
                Files.delete(chain);
                write(issue("two"));
            }
            TimeSource.system().await(read, TimeSource.system().deadline(Duration.ofSeconds(30)));
            assertThat(changed).isTrue();
            shows(files, "two");
            assertThat(files.status().problem()).isEmpty();
        });
    }

    @Test
    void whatIsWrongIsToldOnceForEachReason() throws Exception {
        write(issue("one"));
        run(files -> {
            String whole = Files.readString(chain);
            Files.writeString(chain, whole.substring(0, whole.length() - 10));
            time.advance(MINUTE.multipliedBy(3));
            Files.delete(chain);
            time.advance(MINUTE.multipliedBy(3));
            Files.writeString(chain, whole);
            assertThat(files.status().problem()).isEqualTo(chain + " does not exist");
            time.advance(MINUTE);
            assertThat(files.status().problem()).isEmpty();
            assertThat(told).hasSize(2);
            assertThat(told.get(0)).startsWith("refused: " + chain + ", block 1 (CERTIFICATE) has ");
            assertThat(told.get(1)).isEqualTo("refused: " + chain + " does not exist");
        });
    }

    @Test
    void anExpiredOneIsRefused() throws Exception {
        write(issue("one"));
        run(files -> {
            Instant past = time.now().minusSeconds(30);
            write(issue("two").until(past));
            assertThatThrownBy(files::reload)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(chain + ", block 1 (CERTIFICATE) expired at " + past);
            shows(files, "one");
        });
    }

    @Test
    void anExpiredOneIsToldOnce() throws Exception {
        write(issue("one"));
        run(files -> {
            write(issue("two").until(time.now().minusSeconds(30)));
            time.advance(MINUTE.multipliedBy(3));
            assertThat(told).hasSize(1);
            write(issue("three").until(time.now().minusSeconds(30)));
            time.advance(MINUTE.multipliedBy(3));
            assertThat(told).hasSize(2);
            write(issue("four"));
            time.advance(MINUTE);
            assertThat(told).hasSize(3).endsWith("changed");
        });
    }

    @Test
    void aWarningMayBeDueFromTheBeginningOfTimeOn() throws Exception {
        TlsCertificate one = write(issue("one"));
        time.run(() -> {
            files().warnBefore(Duration.ofSeconds(Long.MAX_VALUE)).build().close();
            return null;
        });
        assertThat(told).containsExactly("expires at " + one.expiresAt());
    }

    @Test
    void settingsThatAreMadeOfThoseInForceAreOthers() throws Exception {
        write(issue("one"));
        run(files -> {
            TlsSettings inForce = files.settings(null);
            TlsSettings trusting =
                    inForce.toBuilder().trust(TestAuthority.create().trust()).build();
            assertThat(inForce.sameAs(trusting)).isFalse();
            assertThat(trusting.sameAs(inForce)).isFalse();
        });
    }

    @Test
    void whatWasReadDoesNotShowItsKeys() throws Exception {
        write(issue("one"));
        FileSet set = new FileSet(List.of(new FileSet.Pair(chain, key, null)), null, TlsSettings.builder(), this);
        assertThat(set.read()).asString().contains(key.toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void theyAreReadOnDemandToo() throws Exception {
        write(issue("one"));
        run(files -> {
            assertThat(files.reload()).isFalse();
            write(issue("two"));
            assertThat(files.reload()).isTrue();
            shows(files, "two");
            assertThat(files.reload()).isFalse();
        });
    }

    @Test
    void theEndOfACertificateIsToldBefore() throws Exception {
        TlsCertificate one = write(issue("one").until(time.now().plus(Duration.ofDays(15))));
        run(files -> {
            time.advance(Duration.ofDays(1).minus(MINUTE));
            assertThat(told).isEmpty();
            time.advance(MINUTE.multipliedBy(100));
            assertThat(told).containsExactly("expires at " + one.expiresAt());
            TlsCertificate two = write(issue("two").until(time.now().plus(Duration.ofDays(1))));
            time.advance(MINUTE);
            assertThat(told)
                    .containsExactly("expires at " + one.expiresAt(), "changed", "expires at " + two.expiresAt());
        });
    }

    @Test
    void nothingIsReadAfterClose() throws Exception {
        write(issue("one"));
        run(files -> {
            files.close();
            write(issue("two"));
            time.advance(MINUTE.multipliedBy(10));
            shows(files, "one");
        });
    }

    @Test
    void aLookThatHasBegunDoesNothingAfterClose() throws Exception {
        write(issue("one"));
        List<Runnable> tasks = new ArrayList<>();
        TimeSource held = new TimeSource() {
            @Override
            public long nanos() {
                return time.nanos();
            }

            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public Scheduled schedule(Duration delay, Runnable task) {
                tasks.add(task);
                return () -> {};
            }

            @Override
            public boolean await(Signal signal, long deadlineNanos) {
                return false;
            }

            @Override
            public Signal start(String name, Runnable work) {
                tasks.add(work);
                return new Signal();
            }
        };
        TlsFiles files = files().time(held).build();
        tasks.get(0).run();
        files.close();
        write(issue("two"));
        tasks.get(1).run();
        shows(files, "one");
        assertThat(tasks).hasSize(2);
    }

    @Test
    void trustAndAllOtherOptionsGoWithTheFiles() throws Exception {
        write(issue("one"));
        Path trust = Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        time.run(() -> {
            try (TlsFiles files = files().trust(trust)
                    .options(TlsSettings.builder()
                            .clientCertificate(ClientCertificate.REQUIRED)
                            .protocols("TLSv1.3"))
                    .build()) {
                for (String name : List.of("one", "two")) {
                    SSLParameters parameters = files.settings(null).parameters();
                    assertThat(parameters.getNeedClientAuth()).isTrue();
                    assertThat(parameters.getProtocols()).containsExactly("TLSv1.3");
                    shows(files, name);
                    write(issue("two"));
                    files.reload();
                }
                Files.writeString(trust, TestAuthority.create().pem());
                assertThat(files.reload()).isTrue();
            }
            return null;
        });
    }

    @Test
    void authoritiesMayBeTheOnlyFile() throws Exception {
        Path trust = Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        time.run(() -> {
            try (TlsFiles files = TlsFiles.builder()
                    .trust(trust)
                    .warnBefore(Duration.ofSeconds(Long.MAX_VALUE))
                    .listener(listener)
                    .time(time)
                    .build()) {
                assertThat(files.status().expiresAt()).isEmpty();
                assertThat(files.settings()).asString().contains("[[], trust TlsTrust[CN=Test Authority]]");
                Files.writeString(trust, AUTHORITY.intermediate().pem());
                time.advance(MINUTE);
                assertThat(files.settings()).asString().contains("CN=Intermediate of Test Authority");
                Files.writeString(trust, "nothing");
                time.advance(MINUTE);
                assertThat(files.settings()).asString().contains("CN=Intermediate of Test Authority");
                assertThat(told).hasSize(2).startsWith("changed");
                assertThat(told.get(1)).startsWith("refused: " + trust);
            }
            return null;
        });
    }

    @Test
    void allThatWasReadFromTheSameFilesCountsAsTheSame() throws Exception {
        write(issue("one"));
        run(files -> {
            TlsSettings before = files.settings(null);
            write(issue("two"));
            files.reload();
            assertThat(files.settings(null).sameAs(before)).isTrue();
            try (TlsFiles others = files().build()) {
                assertThat(others.settings(null).sameAs(before)).isFalse();
            }
        });
    }

    @Test
    void wrongFilesAreRefusedAtTheBeginning() throws Exception {
        assertThatThrownBy(() -> TlsFiles.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("files must be added with addPem, or with trust: there are none");
        assertThatThrownBy(() -> files().build()).hasMessage(chain + " does not exist");
        assertThatThrownBy(() -> TlsFiles.builder().addPem(chain, null)).hasMessage("key");
        assertThatThrownBy(() -> files().interval(Duration.ZERO)).hasMessage("interval must be positive: 0 s");
        assertThatThrownBy(() -> files().warnBefore(MINUTE.negated()))
                .hasMessage("warnBefore must not be negative: -60 s");
        TlsSettings.Builder own = TlsSettings.builder().addCertificate(AUTHORITY.certificate("a.test"));
        assertThatThrownBy(() -> files().options(own))
                .hasMessageStartingWith(
                        "options must have no certificates, they come from files: [TlsCertificate[CN=a.test");
    }
}
