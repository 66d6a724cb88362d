package dev.sluice.proxy.auth;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Sha256;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the client has shown in its TLS handshake, which the listener's TLS has verified. A client without
 * one, or with one that is nobody's, gets 403, as no answer of HTTP can ask for one. Let the listener ask: {@code
 * TlsSettings.builder().clientCertificate(…)}. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyFilter services = Authentication.require(CertificateAuth.bySubject());
 * }</pre>
 *
 * <p>It is the certificate of the connection: behind a proxy that ends TLS it is that proxy's.
 */
public final class CertificateAuth implements Authenticator {
    /** The kinds of alternative names that are texts: e-mail, DNS, URI. */
    private static final Set<Object> TEXTS = Set.of(1, 2, 6);

    private final Function<X509Certificate, @Nullable Principal> names;

    private CertificateAuth(Function<X509Certificate, @Nullable Principal> names) {
        this.names = Objects.requireNonNull(names, "by");
    }

    /**
     * Lets those enter to whom this gives a principal.
     *
     * @param names the principal of a certificate, or null if it is nobody's; called from many threads at once, for each
     *     request
     */
    public static CertificateAuth by(Function<X509Certificate, @Nullable Principal> names) {
        return new CertificateAuth(names);
    }

    /**
     * Lets everybody enter with a certificate that was verified. The principal is named by its subject, such as {@code
     * CN=billing,O=Example} (RFC 2253); a certificate without a subject is nobody's. Use it if only you issue certificates
     * of this authority.
     */
    public static CertificateAuth bySubject() {
        return by(certificate -> {
            String subject = certificate.getSubjectX500Principal().getName();
            return subject.isBlank() ? null : Principal.of(subject);
        });
    }

    /**
     * Lets only these certificates enter.
     *
     * @param users the name of the principal, by the {@link #fingerprint}: 64 hexadecimal digits, of any case
     * @throws IllegalArgumentException if there is none, or one is not of that form; the message shows it
     */
    public static CertificateAuth byFingerprint(Map<String, String> users) {
        Map<String, Principal> known = PrincipalsByHash.of("byFingerprint", users);
        return by(certificate -> known.get(fingerprint(certificate)));
    }

    /** The SHA-256 of the certificate, in hexadecimal digits of lower case. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(Sha256.of(certificate.getEncoded()));
        } catch (CertificateEncodingException fault) {
            throw new IllegalArgumentException("the certificate cannot be written", fault);
        }
    }

    /**
     * The names in the certificate beside its subject (RFC 5280 §4.2.1.6), as they are written there: DNS names, URIs such
     * as {@code spiffe://example/billing}, and addresses of e-mail. Empty if there is none.
     */
    public static List<String> alternativeNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (TEXTS.contains(each.get(0)) && each.get(1) instanceof String name) {
                    names.add(name);
                }
            }
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
        return List.copyOf(names);
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) {
        X509Certificate certificate = request.exchange().client().certificate();
        if (certificate == null) {
            return AuthResult.notGiven();
        }
        Principal principal = names.apply(certificate);
        return principal == null
                ? AuthResult.refused("the certificate is not one of those that may enter")
                : AuthResult.accepted(principal);
    }
}
