package dev.sluice.proxy.syntax;

import java.util.Locale;
import java.util.Set;

/** By their names, the fields and the parameters of a query whose values let somebody enter, so that no log shows them. */
public final class SecretNames {
    /** The parameters with a name of its own kind; compared without case. */
    public static final Set<String> PARAMETERS = Set.of(
            "access-token",
            "access_token",
            "api-key",
            "api_key",
            "apikey",
            "auth",
            "authorization",
            "client_assertion",
            "client_secret",
            "code",
            "code_verifier",
            "hmac",
            "id_token",
            "invite",
            "jwt",
            "key",
            "otp",
            "pass",
            "passphrase",
            "passwd",
            "password",
            "pwd",
            "refresh_token",
            "samlrequest",
            "samlresponse",
            "secret",
            "session",
            "session_id",
            "sessionid",
            "sig",
            "signature",
            "ticket",
            "token",
            "x-amz-credential",
            "x-amz-security-token",
            "x-amz-signature",
            "x-goog-credential",
            "x-goog-signature");

    /** The fields with a name of its own kind. A token may be a protocol of a WebSocket, as browsers send no other field. */
    private static final FieldSet FIELDS = FieldSet.of(
            "Authentication-Info",
            "Client-Cert",
            "Client-Cert-Chain",
            "Cookie2",
            "DPoP",
            "Proxy-Authentication-Info",
            "Sec-WebSocket-Protocol",
            "Set-Cookie2",
            "X-Amzn-Oidc-Data",
            "X-Auth",
            "X-Forwarded-Client-Cert",
            "X-SSL-Client-Cert",
            "X-SSL-Cert");

    /** How names end that are made for one service, such as {@code X-Acme-Access-Token} or {@code resetToken}. */
    private static final String[] ENDS = {
        "accesskey",
        "apikey",
        "assertion",
        "authkey",
        "authorization",
        "cookie",
        "credential",
        "credentials",
        "functionskey",
        "jwt",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "secret",
        "secretkey",
        "sessionid",
        "signature",
        "subscriptionkey",
        "token"
    };

    private SecretNames() {}

    /** Returns whether a field of a request or a response with this name is secret. */
    public static boolean isField(String name) {
        return FIELDS.hasAsCgi(name) || endsAsSecret(name);
    }

    /** Returns whether a parameter with this decoded name is secret. */
    public static boolean isParameter(String name) {
        return PARAMETERS.contains(name.strip().toLowerCase(Locale.ROOT)) || endsAsSecret(name);
    }

    private static boolean endsAsSecret(String name) {
        for (String end : ENDS) {
            if (endsWith(name, end)) {
                return true;
            }
        }
        return false;
    }

    /** Compares from the end, without case, and without what joins words: {@code user[api-key]} ends with apikey. */
    private static boolean endsWith(String name, String end) {
        int at = name.length();
        for (int i = end.length() - 1; i >= 0; i--) {
            do {
                at--;
            } while (at >= 0 && !Ascii.isLetterOrDigit(name.charAt(at)));
            if (at < 0 || (name.charAt(at) | 0x20) != end.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
