package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsTrust;
import dev.sluice.proxy.tls.pem.PemFile;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A certificate authority in memory, so that tests have TLS without files. What it issues is trusted by nobody else. Its
 * keys are of EC on P-256. Safe for use by many threads.
 *
 * <pre>{@code
 * TestAuthority authority = TestAuthority.create();
 * ProxyServer server = ProxyServer.builder().tls(authority.server("localhost", "127.0.0.1")).build();
 * SSLContext client = authority.client().context();
 * }</pre>
 */
public final class TestAuthority {
    private static final String ROOT = "Test Authority";
    private static final Duration YEAR = Duration.ofDays(365);

    private final KeyPair keys;
    private final String name;
    private final X509Certificate certificate;
    /** What its certificates carry behind them: itself and those above it, but not the root. */
    private final List<X509Certificate> chain;

    private TestAuthority(KeyPair keys, String name, X509Certificate certificate, List<X509Certificate> chain) {
        this.keys = keys;
        this.name = name;
        this.certificate = certificate;
        this.chain = chain;
    }

    /** A new authority, valid for a year from an hour ago. */
    public static TestAuthority create() {
        KeyPair keys = keys("EC");
        return new TestAuthority(keys, ROOT, own(ROOT, keys, ROOT, keys), List.of());
    }

    /** Another authority, which this one has issued: its certificates have it behind them in their chains. */
    public TestAuthority intermediate() {
        KeyPair own = keys("EC");
        String below = "Intermediate of " + name;
        X509Certificate issued = own(below, own, name, keys);
        List<X509Certificate> behind = new ArrayList<>(chain);
        behind.add(0, issued);
        return new TestAuthority(own, below, issued, List.copyOf(behind));
    }

    private static X509Certificate own(String name, KeyPair keys, String issuer, KeyPair signer) {
        Instant from = anHourAgo();
        return new CertificateForm(name, List.of(), true, from, from.plus(YEAR))
                .signed(keys.getPublic(), issuer, signer);
    }

    private static Instant anHourAgo() {
        return TimeSource.system().now().minus(Duration.ofHours(1));
    }

    /** The authority's own certificate, which clients trust. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The authority's own certificate as PEM. */
    public String pem() {
        return pem(certificate);
    }

    /** Trust in this authority alone. */
    public TlsTrust trust() {
        return TlsTrust.of(List.of(certificate));
    }

    /**
     * A certificate for a server, or a client, with these names.
     *
     * @param names names of hosts, such as {@code *.test}, and addresses of IP; the first one is also the subject
     * @throws IllegalArgumentException if there is no name
     */
    public TlsCertificate certificate(String... names) {
        return issue(names).build();
    }

    /**
     * Begins a certificate with options.
     *
     * @param names names of hosts, such as {@code *.test}, and addresses of IP; the first one is also the subject
     * @throws IllegalArgumentException if there is no name
     */
    public Issue issue(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("names must not be empty");
        }
        return new Issue(List.of(names));
    }

    /** Settings for a server with these names, as {@link #certificate(String...)} takes them. */
    public TlsSettings server(String... names) {
        return TlsSettings.builder().addCertificate(certificate(names)).build();
    }

    /** Settings for a client that trusts this authority alone. */
    public TlsSettings client() {
        return TlsSettings.builder().trust(trust()).build();
    }

    /** The chain of a certificate as PEM, without the authority's. */
    public static String chainPem(TlsCertificate certificate) {
        StringBuilder text = new StringBuilder();
        certificate.chain().forEach(one -> text.append(pem(one)));
        return text.toString();
    }

    /** The key of a certificate as PEM, in PKCS#8 without encryption. */
    public static String keyPem(TlsCertificate certificate) {
        return PemFile.text("PRIVATE KEY", certificate.key().getEncoded());
    }

    private static String pem(X509Certificate certificate) {
        try {
            return PemFile.text("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException fault) {
            throw new IllegalStateException("a certificate that was read can be written", fault);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(256);
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unknown) {
            throw new IllegalArgumentException("algorithm must be EC, RSA or Ed25519: \"" + algorithm + "\"", unknown);
        }
    }

    /** Collects the options of a certificate. For one thread. */
    public final class Issue {
        private final List<String> names;
        private String algorithm = "EC";
        private Instant from = anHourAgo();
        private Instant until = from.plus(YEAR);

        private Issue(List<String> names) {
            this.names = names;
        }

        /** Sets the kind of key: {@code EC}, {@code RSA} or {@code Ed25519}; EC by default. */
        public Issue algorithm(String name) {
            this.algorithm = Objects.requireNonNull(name, "algorithm");
            return this;
        }

        /** Sets from when it is valid; an hour ago by default. In whole seconds. */
        public Issue from(Instant time) {
            this.from = Objects.requireNonNull(time, "from");
            return this;
        }

        /** Sets until when it is valid; a year from an hour ago by default. In whole seconds. */
        public Issue until(Instant time) {
            this.until = Objects.requireNonNull(time, "until");
            return this;
        }

        /**
         * The certificate, with a new key. It is not checked whether it is valid now.
         *
         * @throws IllegalArgumentException if the algorithm is not one of the three, it ends before it begins, or an
         *     authority in its chain is not valid when it begins
         */
        public TlsCertificate build() {
            KeyPair own = keys(algorithm);
            X509Certificate issued = new CertificateForm(names.get(0), names, false, from, until)
                    .signed(own.getPublic(), name, TestAuthority.this.keys);
            List<X509Certificate> whole = new ArrayList<>(chain);
            whole.add(0, issued);
            return TlsCertificate.of(own.getPrivate(), whole, from);
        }
    }
}
