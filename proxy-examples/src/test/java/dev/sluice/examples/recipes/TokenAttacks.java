package dev.sluice.examples.recipes;

import static dev.sluice.examples.recipes.ForgedToken.base64;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/**
 * The known attacks on signatures and on the choice of keys: each token is a good one but for what its name says. Without
 * the keys of the issuer, unless the name says otherwise.
 */
final class TokenAttacks {
    /** Makes the token of one attack. */
    interface Attack {
        String token(TokenIssuer issuer) throws Exception;
    }

    private static final String KEY = "\"kid\":\"rsa\"";
    private static final String ALG = "\"alg\":\"RS256\"";
    private static final TlsCertificate OWN =
            TestAuthority.create().issue("attacker").algorithm("RSA").build();
    private static final BigInteger ORDER =
            ((ECPublicKey) TokenIssuer.pair("EC", 256).getPublic()).getParams().getOrder();

    private final Map<String, Attack> attacks = new LinkedHashMap<>();

    static Map<String, Attack> all() {
        TokenAttacks table = new TokenAttacks();
        table.algorithms();
        table.secrets();
        table.otherAlgorithms();
        table.keysFromTheToken();
        table.keyIds();
        table.forbiddenKeys();
        table.signatures();
        table.ellipticSignatures();
        return table.attacks;
    }

    private void add(String name, Attack attack) {
        if (attacks.put(name, attack) != null) {
            throw new IllegalStateException("twice: " + name);
        }
    }

    /** Signed by the attacker, with another header. */
    private void header(String name, String text, String other) {
        add(name, issuer -> TokenIssuer.token().inHeader(text, other).signed("RS256", OWN.key()));
    }

    private void algorithms() {
        for (String none : new String[] {"none", "None", "NONE", "nOnE"}) {
            ForgedToken token = TokenIssuer.token().inHeader("RS256", none);
            add("alg " + none, issuer -> token.content() + '.');
            add("alg " + none + ", with a signature", issuer -> token.with(new byte[256]));
        }
        header("alg missing", ALG + ',', "");
        header("alg null", ALG, "\"alg\":null");
        header("alg empty", "RS256", "");
        header("alg a list", "\"RS256\"", "[\"RS256\"]");
        header("alg a number", "\"RS256\"", "256");
        add("alg in small letters", issuer -> issuer.sign(TokenIssuer.token().inHeader("RS256", "rs256")));
        add(
                "alg twice, none last",
                issuer -> issuer.sign(TokenIssuer.token().inHeader(ALG, ALG + ",\"alg\":\"none\"")));
        add(
                "alg twice, none first",
                issuer -> TokenIssuer.token()
                                .inHeader(ALG, "\"alg\":\"none\"," + ALG)
                                .content()
                        + '.');
    }

    /** A public key that is taken for the secret of an HMAC. */
    private void secrets() {
        secret("the PEM of the RSA key", "HS256", issuer -> utf8(pem(issuer.rsa)));
        secret(
                "the PEM of the RSA key without its last line end",
                "HS256",
                issuer -> utf8(pem(issuer.rsa).strip()));
        secret(
                "the DER of the RSA key",
                "HS256",
                issuer -> issuer.rsa.getPublic().getEncoded());
        secret(
                "the JWK of the RSA key",
                "HS256",
                issuer -> utf8(issuer.keys().getKeyByKeyId("rsa").toJSONString()));
        secret(
                "the modulus of the RSA key",
                "HS384",
                issuer -> ((RSAPublicKey) issuer.rsa.getPublic()).getModulus().toByteArray());
        secret("the whole set of keys", "HS512", issuer -> utf8(issuer.keys().toString()));
        secret("the PEM of the EC key", "HS256", issuer -> utf8(pem(issuer.ec)));
        secret("the DER of the EC key", "HS256", issuer -> issuer.ec.getPublic().getEncoded());
        secret("one zero byte", "HS256", issuer -> new byte[1]);
        add(
                "HS256 by a secret that is in the set of keys",
                issuer -> TokenIssuer.token()
                        .inHeader("RS256", "HS256")
                        .inHeader("\"rsa\"", "\"secret\"")
                        .signed("HS256", issuer.secret.toSecretKey()));
    }

    private interface Secret {
        byte[] of(TokenIssuer issuer);
    }

    private void secret(String what, String algorithm, Secret secret) {
        add(
                algorithm + " by " + what,
                issuer -> TokenIssuer.token()
                        .inHeader("RS256", algorithm)
                        .signed(algorithm, new SecretKeySpec(secret.of(issuer), algorithm)));
    }

    private void otherAlgorithms() {
        for (String other : new String[] {"RS384", "RS512", "PS256"}) {
            add(
                    other + " by the issuer's key, which is not configured",
                    issuer -> TokenIssuer.token().inHeader("RS256", other).signed(other, issuer.rsa.getPrivate()));
        }
        add(
                "RS256 in the header, signed by PS256",
                issuer -> TokenIssuer.token().signed("PS256", issuer.rsa.getPrivate()));
        add(
                "ES256 in the header, signed by RS256",
                issuer -> issuer.sign(TokenIssuer.token().inHeader("RS256", "ES256")));
        add(
                "RS256 in the header, for the EC key",
                issuer -> TokenIssuer.token().inHeader("\"rsa\"", "\"ec\"").signed("ES256", issuer.ec.getPrivate()));
        add(
                "EdDSA by the attacker",
                issuer -> TokenIssuer.token()
                        .inHeader("RS256", "EdDSA")
                        .signed("Ed25519", TokenIssuer.pair("Ed25519", 255).getPrivate()));
        add(
                "ES384 by the attacker",
                issuer -> TokenIssuer.ecToken()
                        .inHeader("ES256", "ES384")
                        .signed("ES384", TokenIssuer.pair("EC", 384).getPrivate()));
    }

    private void keysFromTheToken() {
        PublicKey shown = OWN.chain().get(0).getPublicKey();
        String own = TokenIssuer.rsa("rsa", shown).build().toJSONString();
        String x5c = Base64.getEncoder().encodeToString(encoded(OWN.chain().get(0)));
        header("jwk with the attacker's key", KEY, KEY + ",\"jwk\":" + own);
        header("jwk with the attacker's key, without kid", KEY, "\"jwk\":" + own);
        header("jwk without a key", KEY, KEY + ",\"jwk\":{}");
        header("x5c with the attacker's certificate", KEY, KEY + ",\"x5c\":[\"" + x5c + "\"]");
        header("x5c with anything", KEY, KEY + ",\"x5c\":[\"AAAA\"]");
        add(
                "jku at the attacker's server",
                issuer -> TokenIssuer.token()
                        .inHeader(KEY, KEY + ",\"jku\":\"" + issuer.keysAt().resolve("/attacker") + '"')
                        .signed("RS256", OWN.key()));
        add(
                "x5u at the attacker's server",
                issuer -> TokenIssuer.token()
                        .inHeader(KEY, KEY + ",\"x5u\":\"" + issuer.keysAt().resolve("/attacker") + '"')
                        .signed("RS256", OWN.key()));
        header("jku that is a file", KEY, KEY + ",\"jku\":\"file:///etc/passwd\"");
        header("jku that is not a URL", KEY, KEY + ",\"jku\":\"::\"");
        header("x5t#S256 of the attacker", KEY, "\"x5t#S256\":\"" + base64(new byte[32]) + '"');
        header("the attacker's key under the issuer's kid", KEY, KEY);
    }

    private void keyIds() {
        header("kid missing", ',' + KEY, "");
        header("kid empty", KEY, "\"kid\":\"\"");
        header("kid null", KEY, "\"kid\":null");
        header("kid unknown", KEY, "\"kid\":\"other\"");
        header("kid a number", KEY, "\"kid\":1");
        header("kid an object", KEY, "\"kid\":{\"a\":1}");
        header("kid with NUL", KEY, "\"kid\":\"rsa\\u0000\"");
        header("kid with a line end", KEY, "\"kid\":\"rsa\\r\\nX: y\"");
        header("kid in capitals", KEY, "\"kid\":\"RSA\"");
        header("kid of 5000 characters", KEY, "\"kid\":\"" + "a".repeat(5000) + '"');
        header("kid that is SQL", KEY, "\"kid\":\"x' UNION SELECT 'AA'--\"");
        header("kid that is a URL", KEY, "\"kid\":\"http://127.0.0.1/keys\"");
        for (String path : new String[] {"../../../../../dev/null", "/dev/null", "rsa/../../secret"}) {
            add(
                    "kid " + path + ", HS256 by an empty file",
                    issuer -> TokenIssuer.token()
                            .inHeader("RS256", "HS256")
                            .inHeader("\"rsa\"", '"' + path + '"')
                            .signed("HS256", new SecretKeySpec(new byte[1], "HS256")));
        }
    }

    /** Signed by keys of the issuer that are for something else. */
    private void forbiddenKeys() {
        for (String id : new String[] {"for-encryption", "to-encrypt", "only-rs512"}) {
            add(
                    "the issuer's key " + id,
                    issuer -> issuer.sign(TokenIssuer.token().inHeader("\"rsa\"", '"' + id + '"')));
        }
        add(
                "the issuer's key of 1024 bits",
                issuer ->
                        TokenIssuer.token().inHeader("\"rsa\"", "\"weak\"").signed("RS256", issuer.weak.getPrivate()));
        add(
                "ES256 by the issuer's key of another curve",
                issuer -> TokenIssuer.ecToken()
                        .inHeader("\"ec\"", "\"p-384\"")
                        .signed("ES256", issuer.otherCurve.getPrivate()));
    }

    private void signatures() {
        add("no signature", issuer -> TokenIssuer.token().content() + '.');
        add("no signature, and no dot", issuer -> TokenIssuer.token().content());
        add("a signature of zeros", issuer -> TokenIssuer.token().with(new byte[256]));
        add("a signature of ones", issuer -> {
            byte[] ones = new byte[256];
            Arrays.fill(ones, (byte) -1);
            return TokenIssuer.token().with(ones);
        });
        altered("a signature that is cut", signature -> Arrays.copyOf(signature, 255));
        altered("a signature with a byte more", signature -> Arrays.copyOf(signature, 257));
        altered("a signature with another bit", signature -> {
            signature[100] ^= 1;
            return signature;
        });
        add("the signature of another token", issuer -> {
            ForgedToken token = TokenIssuer.token();
            return token.inClaims("anna", "root").with(token.signature("RS256", issuer.rsa.getPrivate()));
        });
        add("claims that were changed", issuer -> {
            String token = issuer.sign(TokenIssuer.token());
            String[] parts = token.split("\\.", -1);
            return parts[0]
                    + '.'
                    + base64(TokenIssuer.token().inClaims("anna", "root").claims())
                    + '.'
                    + parts[2];
        });
        // The last character of 256 bytes has four spare bits: another one would be another spelling of the same token.
        add("a signature whose spare bits are set", issuer -> {
            String token = issuer.sign(TokenIssuer.token());
            String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            int last = digits.indexOf(token.charAt(token.length() - 1));
            return token.substring(0, token.length() - 1) + digits.charAt(last + 1);
        });
    }

    private interface Change {
        byte[] of(byte[] signature);
    }

    private void altered(String name, Change change) {
        add(name, issuer -> {
            ForgedToken token = TokenIssuer.token();
            return token.with(change.of(token.signature("RS256", issuer.rsa.getPrivate())));
        });
    }

    private void ellipticSignatures() {
        elliptic("r and s zero, CVE-2022-21449", BigInteger.ZERO, BigInteger.ZERO);
        elliptic("r zero", BigInteger.ZERO, BigInteger.ONE);
        elliptic("s zero", BigInteger.ONE, BigInteger.ZERO);
        elliptic("r and s the order", ORDER, ORDER);
        elliptic("r and s one", BigInteger.ONE, BigInteger.ONE);
        add("an ES256 signature as DER", issuer -> {
            ForgedToken token = TokenIssuer.ecToken();
            return token.signed("SHA256withECDSA", issuer.ec.getPrivate());
        });
        add("an ES256 signature that is cut", issuer -> {
            ForgedToken token = TokenIssuer.ecToken();
            return token.with(Arrays.copyOf(token.signature("ES256", issuer.ec.getPrivate()), 63));
        });
        add("an ES256 signature with zeros after it", issuer -> {
            ForgedToken token = TokenIssuer.ecToken();
            return token.with(Arrays.copyOf(token.signature("ES256", issuer.ec.getPrivate()), 96));
        });
    }

    private void elliptic(String name, BigInteger r, BigInteger s) {
        byte[] signature = new byte[64];
        put(r, signature, 32);
        put(s, signature, 64);
        add("an ES256 signature with " + name, issuer -> TokenIssuer.ecToken().with(signature));
    }

    private static void put(BigInteger number, byte[] into, int end) {
        for (int i = 0; i < 32; i++) {
            into[end - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
    }

    private static String pem(KeyPair pair) {
        byte[] lineEnd = {'\n'};
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, lineEnd)
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
