package dev.sluice.examples.recipes;

import static dev.sluice.examples.recipes.ForgedToken.base64;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import dev.sluice.examples.recipes.TokenAttacks.Attack;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The known attacks on what a token says and on how it is written. All of these have a good signature of the issuer,
 * unless they cannot have one: so nothing but their fault can be the reason for a refusal.
 */
final class ClaimAttacks {
    private static final String SUBJECT = "\"sub\":\"anna\"";
    private static final String AUDIENCE = "\"aud\":\"shop\"";
    private static final String ISSUER = "\"iss\":\"" + TokenIssuer.NAME + '"';
    private static final String TYPE = "\"typ\":\"at+jwt\"";
    private static final String ALG = "\"alg\":\"RS256\"";

    private final Map<String, Attack> attacks = new LinkedHashMap<>();

    static Map<String, Attack> all() {
        ClaimAttacks table = new ClaimAttacks();
        table.times();
        table.audiences();
        table.issuers();
        table.subjects();
        table.types();
        table.json();
        table.criticalFields();
        table.forms();
        table.encrypted();
        return table.attacks;
    }

    private void add(String name, Attack attack) {
        if (attacks.put(name, attack) != null) {
            throw new IllegalStateException("twice: " + name);
        }
    }

    /** Signed by the issuer, with other claims. */
    private void claims(String name, String text, String other) {
        add(name, issuer -> issuer.sign(TokenIssuer.token().inClaims(text, other)));
    }

    /** Signed by the issuer, with another header. */
    private void header(String name, String text, String other) {
        add(name, issuer -> issuer.sign(TokenIssuer.token().inHeader(text, other)));
    }

    private void times() {
        expires("a minute ago", () -> now() - 60);
        expires("at the end of the leeway", () -> now() - TokenIssuer.LEEWAY.toSeconds());
        expires("a minute ago, with a fraction", () -> (now() - 60) + ".5");
        expires("a minute ago, with an exponent", () -> (now() - 60) / 1000 + "e3");
        expires("in a text", () -> "\"" + (now() + 600) + '"');
        expires("null", () -> null);
        expires("true", () -> true);
        expires("a list", () -> "[" + (now() + 600) + ']');
        expires("negative", () -> -1);
        expires("zero", () -> 0);
        expires("the greatest number", () -> Long.MAX_VALUE);
        expires("the least number", () -> Long.MIN_VALUE);
        expires("infinite", () -> "1e400");
        expires("not a number", () -> "NaN");
        add("exp missing", issuer -> {
            ForgedToken token = TokenIssuer.token();
            return issuer.sign(new ForgedToken(token.header(), token.claims().replaceAll(",\"exp\":\\d+", "")));
        });
        claims("nbf in a minute", "{", "{\"nbf\":" + (now() + 120) + ',');
        claims("nbf a text", "{", "{\"nbf\":\"now\",");
        claims("iat in two minutes", "\"iat\":", "\"iat\":" + (now() + 120) + ",\"was\":");
        claims("iat a text", "\"iat\":", "\"iat\":\"now\",\"was\":");
    }

    private interface Time {
        Object seconds();
    }

    private void expires(String when, Time time) {
        claims("exp " + when, "\"exp\":", "\"exp\":" + time.seconds() + ",\"was\":");
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private void audiences() {
        claims("aud missing", AUDIENCE + ',', "");
        claims("aud null", AUDIENCE, "\"aud\":null");
        claims("aud empty", AUDIENCE, "\"aud\":\"\"");
        claims("aud an empty list", AUDIENCE, "\"aud\":[]");
        claims("aud of another service", AUDIENCE, "\"aud\":\"bank\"");
        claims("aud a list of others", AUDIENCE, "\"aud\":[\"bank\",\"shop.example\"]");
        claims("aud that begins like ours", AUDIENCE, "\"aud\":\"shop-admin\"");
        claims("aud that is the beginning of ours", AUDIENCE, "\"aud\":\"sho\"");
        claims("aud in capitals", AUDIENCE, "\"aud\":\"SHOP\"");
        claims("aud in one text with ours", AUDIENCE, "\"aud\":\"bank shop\"");
        claims("aud an object", AUDIENCE, "\"aud\":{\"shop\":1}");
        claims("aud a list of lists", AUDIENCE, "\"aud\":[[\"shop\"]]");
        claims("azp instead of aud", "\"aud\"", "\"azp\"");
    }

    private void issuers() {
        String name = TokenIssuer.NAME;
        claims("iss missing", ISSUER + ',', "");
        claims("iss null", ISSUER, "\"iss\":null");
        claims("iss of somebody else", name, "https://other.example");
        claims("iss with a slash more", name, name + '/');
        claims("iss with a longer name", name, name + ".attacker.test");
        claims("iss with our name as user", name, "https://id.example@attacker.test");
        claims("iss in capitals", name, "https://ID.example");
        claims("iss over http", name, "http://id.example");
        claims("iss a list", ISSUER, "\"iss\":[\"" + name + "\"]");
        claims("iss with a space", name, name + ' ');
        claims("iss with NUL", name, name + "\\u0000");
    }

    private void subjects() {
        claims("sub missing", SUBJECT + ',', "");
        claims("sub null", SUBJECT, "\"sub\":null");
        claims("sub empty", SUBJECT, "\"sub\":\"\"");
        claims("sub blank", SUBJECT, "\"sub\":\"  \"");
        claims("sub with a line end", SUBJECT, "\"sub\":\"anna\\r\\nX-Admin: yes\"");
        claims("sub with NUL", SUBJECT, "\"sub\":\"anna\\u0000root\"");
        claims("sub with a line separator", SUBJECT, "\"sub\":\"anna\\u2028root\"");
        claims("sub that is turned round", SUBJECT, "\"sub\":\"\\u202eanna\"");
        claims("sub with letters that look like others", SUBJECT, "\"sub\":\"\\u0430nna\"");
        claims("sub with half a character", SUBJECT, "\"sub\":\"anna\\ud800\"");
        claims("sub a list", SUBJECT, "\"sub\":[\"anna\"]");
        claims("sub an object", SUBJECT, "\"sub\":{\"name\":\"anna\"}");
        claims("sub of 256 characters", SUBJECT, "\"sub\":\"" + "a".repeat(256) + '"');
    }

    private void types() {
        header("typ missing", TYPE + ',', "");
        header("typ of an ID token", TYPE, "\"typ\":\"JWT\"");
        header("typ of a logout token", TYPE, "\"typ\":\"logout+jwt\"");
        header("typ with a space", TYPE, "\"typ\":\"at+jwt \"");
        header("typ a number", TYPE, "\"typ\":1");
    }

    private void json() {
        String deep = "[".repeat(2000) + "]".repeat(2000);
        header("a header that is deep", TYPE, TYPE + ",\"a\":" + deep);
        claims("claims that are deep", SUBJECT, SUBJECT + ",\"a\":" + deep);
        claims("claims that open objects for ever", SUBJECT, SUBJECT + ",\"a\":" + "{\"a\":".repeat(800));
        claims("sub twice", SUBJECT, SUBJECT + ",\"sub\":\"root\"");
        claims("exp twice", "\"exp\":", "\"exp\":1,\"exp\":");
        claims("iss twice", ISSUER, ISSUER + ",\"iss\":\"https://other.example\"");
        header("typ twice", TYPE, "\"typ\":\"JWT\"," + TYPE);
        header("a comment", "{", "/* */{");
        header("a name without quotes", "\"typ\"", "typ");
        header("single quotes", TYPE, "'typ':'at+jwt'");
        header("text after the header", "}", "}}");
        whole("claims that are a list", "[1]");
        whole("claims that are a text", "\"anna\"");
        whole("claims that are null", "null");
        whole("claims that are empty", "{}");
        whole("claims without a byte", "");
        whole("claims that are a token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.");
        add("claims that are not UTF-8", issuer -> {
            String content = base64(TokenIssuer.token().header()) + '.' + base64(new byte[] {'{', (byte) 0xc3, '}'});
            return content + '.' + base64(new byte[256]);
        });
        for (String header : new String[] {"[]", "null", "1", "{}", "{"}) {
            add(
                    "a header that is " + header,
                    issuer -> issuer.sign(
                            new ForgedToken(header, TokenIssuer.token().claims())));
        }
    }

    private void whole(String name, String claims) {
        add(name, issuer -> issuer.sign(new ForgedToken(TokenIssuer.token().header(), claims)));
    }

    private void criticalFields() {
        header("crit with an unknown name", ALG, ALG + ",\"crit\":[\"exp\"],\"exp\":1");
        header("crit with a name that is missing", ALG, ALG + ",\"crit\":[\"x\"]");
        header("crit that is empty", ALG, ALG + ",\"crit\":[]");
        header("crit that is a text", ALG, ALG + ",\"crit\":\"b64\"");
        header("crit with a name of the standard", ALG, ALG + ",\"crit\":[\"alg\"]");
        header("b64 false", ALG, ALG + ",\"crit\":[\"b64\"],\"b64\":false");
        header("b64 true", ALG, ALG + ",\"crit\":[\"b64\"],\"b64\":true");
        header("b64 false without crit", ALG, ALG + ",\"b64\":false");
        add("b64 false, with the claims in clear", issuer -> {
            ForgedToken token = TokenIssuer.token().inHeader(ALG, ALG + ",\"crit\":[\"b64\"],\"b64\":false");
            return base64(token.header())
                    + '.'
                    + token.claims()
                    + '.'
                    + base64(token.signature("RS256", issuer.rsa.getPrivate()));
        });
    }

    private void forms() {
        for (String text : new String[] {"", ".", "..", "...", "a.b.c", "anna"}) {
            add("\"" + text + "\" as a token", issuer -> text);
        }
        changed("padding at the end", token -> token + "==");
        changed("padding within", token -> token.replaceFirst("\\.", "=."));
        changed("a space within", token -> token.replaceFirst("\\.", ". "));
        changed(
                "a tab in the signature",
                token -> token.substring(0, token.length() - 9) + '\t' + token.substring(token.length() - 9));
        changed(
                "a sign of the other alphabet",
                token -> token.substring(0, token.length() - 9) + '+' + token.substring(token.length() - 8));
        changed(
                "a slash of the other alphabet",
                token -> token.substring(0, token.length() - 9) + '/' + token.substring(token.length() - 8));
        changed(
                "a character that the library would skip",
                token -> token.substring(0, token.length() - 9) + '~' + token.substring(token.length() - 9));
        changed("a dot at the end", token -> token + '.');
        changed("a dot at the beginning", token -> '.' + token);
        changed("a part more", token -> token + ".e30");
        changed("two tokens", token -> token + ',' + token);
        changed("a percent sign", token -> token.replaceFirst("\\.", "%2e"));
        changed("the JSON form", token -> "{\"payload\":\"" + token.replace('.', ' ') + "\"}");
        claims("a token of 20 KiB", SUBJECT, SUBJECT + ",\"a\":\"" + "a".repeat(15_000) + '"');
    }

    private interface Change {
        String of(String token);
    }

    private void changed(String name, Change change) {
        add(name, issuer -> change.of(issuer.sign(TokenIssuer.token())));
    }

    /** Encrypted for the issuer's public key, which everybody has; what is inside is not signed, or signed well. */
    private void encrypted() {
        add(
                "encrypted claims",
                issuer -> encrypted(issuer, new Payload(TokenIssuer.token().claims()), null));
        add(
                "encrypted, a good token inside",
                issuer -> encrypted(issuer, new Payload(issuer.sign(TokenIssuer.token())), null));
        add(
                "encrypted, an unsecured token inside",
                issuer -> encrypted(
                        issuer,
                        new Payload(
                                TokenIssuer.token().inHeader("RS256", "none").content() + '.'),
                        null));
        add(
                "encrypted, a megabyte that was compressed",
                issuer -> encrypted(
                        issuer, new Payload("{\"a\":\"" + "a".repeat(1_000_000) + "\"}"), CompressionAlgorithm.DEF));
        add(
                "alg dir, with five parts",
                issuer -> base64("{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"typ\":\"at+jwt\"}")
                        + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
        add(
                "PBES2 with a million rounds",
                issuer -> base64(
                                "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"typ\":\"at+jwt\",\"p2c\":1000000,\"p2s\":\"AAAA\"}")
                        + ".AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
    }

    private static String encrypted(TokenIssuer issuer, Payload payload, CompressionAlgorithm zip)
            throws JOSEException {
        JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                .type(new com.nimbusds.jose.JOSEObjectType("at+jwt"))
                .contentType("JWT")
                .keyID("rsa")
                .compressionAlgorithm(zip)
                .build();
        JWEObject object = new JWEObject(header, payload);
        object.encrypt(new RSAEncrypter((RSAPublicKey) issuer.rsa.getPublic()));
        return object.serialize();
    }
}
