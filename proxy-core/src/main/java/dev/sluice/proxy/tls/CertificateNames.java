package dev.sluice.proxy.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The names that a certificate is for (RFC 9525 §6.3): those in {@code subjectAltName}, not the subject. */
final class CertificateNames {
    /** RFC 5280 §4.2.1.6: dNSName. */
    private static final int DNS = 2;

    private CertificateNames() {}

    /**
     * Requires what a server needs, and a certificate that is for this name; a context of your own is not looked into.
     *
     * @param name a name, or one that begins with {@code *.}
     */
    static void require(String name, TlsSettings settings) {
        settings.requireForServer();
        List<TlsCertificate> certificates = settings.certificates();
        String plain = ServerName.normal(name);
        if (!certificates.isEmpty() && certificates.stream().noneMatch(one -> covers(names(one), plain))) {
            List<String> all = certificates.stream()
                    .flatMap(one -> names(one).stream())
                    .distinct()
                    .toList();
            throw new IllegalArgumentException("no certificate is for the name \"" + name + "\", so every client"
                    + " would refuse it: " + certificates + ", whose subjectAltName has " + all);
        }
    }

    private static boolean covers(List<String> names, String name) {
        int dot = name.indexOf('.');
        return names.contains(name) || (dot > 0 && names.contains("*" + name.substring(dot)));
    }

    private static List<String> names(TlsCertificate certificate) {
        X509Certificate own = certificate.chain().get(0);
        Collection<List<?>> all;
        try {
            all = own.getSubjectAlternativeNames();
        } catch (CertificateParsingException fault) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (List<?> one : all == null ? List.<List<?>>of() : all) {
            if (one.get(0) instanceof Integer kind && kind == DNS) {
                names.add(ServerName.normal(String.valueOf(one.get(1))));
            }
        }
        return names;
    }
}
