package dev.sluice.proxy.header;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.Forwarding.ClientCertificate;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.syntax.QuotedString;
import dev.sluice.proxy.tls.pem.PemFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The field that tells an origin which certificate the client has shown. */
final class ClientCertificateField {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ClientCertificateField() {}

    /** Adds the field, unless a trusted peer has sent one of the kind. */
    static void add(Headers.Builder fields, Headers received, ClientCertificate form, Client client) {
        String name = form == ClientCertificate.CLIENT_CERT ? "Client-Cert" : "X-Forwarded-Client-Cert";
        SSLSession session = client.tls();
        if (form != ClientCertificate.NONE && session != null && !told(received)) {
            String value = value(session, name, client);
            if (value != null) {
                fields.set(name, value);
            }
        }
    }

    private static boolean told(Headers received) {
        return received.has("Client-Cert") || received.has("X-Forwarded-Client-Cert");
    }

    /** Made once for each session: a connection has many requests. */
    private static @Nullable String value(SSLSession session, String name, Client client) {
        if (session.getValue(name) instanceof String made) {
            return made;
        }
        X509Certificate certificate = client.certificate();
        if (certificate == null) {
            return null;
        }
        try {
            byte[] der = certificate.getEncoded();
            // RFC 9440 §2.1: a byte sequence of structured fields (RFC 8941 §3.3.5).
            String value = name.equals("Client-Cert")
                    ? ':' + Base64.getEncoder().encodeToString(der) + ':'
                    : envoy(certificate, der);
            session.putValue(name, value);
            return value;
        } catch (CertificateEncodingException fault) {
            throw new IllegalStateException("a certificate that was verified can be written", fault);
        }
    }

    private static String envoy(X509Certificate certificate, byte[] der) {
        String pem = PemFile.text("CERTIFICATE", der);
        // A form writes a space as +, which is a plus sign in PEM.
        String encoded = URLEncoder.encode(pem, StandardCharsets.US_ASCII).replace("+", "%20");
        String subject = inAscii(certificate.getSubjectX500Principal().getName());
        return "Hash="
                + HexFormat.of().formatHex(Sha256.of(der)) + ";Cert=\"" + encoded
                + "\";Subject=" + QuotedString.of(subject);
    }

    /** A name with its other characters as pairs of hexadecimal digits (RFC 2253 §2.4), as fields have ASCII. */
    private static String inAscii(String name) {
        StringBuilder text = new StringBuilder();
        for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
            if (one >= ' ' && one < 0x7F) {
                text.append((char) one);
            } else {
                text.append('\\').append(HEX.toHexDigits(one));
            }
        }
        return text.toString();
    }
}
