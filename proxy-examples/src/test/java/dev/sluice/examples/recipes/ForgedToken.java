package dev.sluice.examples.recipes;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token as an attacker makes it: any header, any claims, any signature, without a library that would refuse. Immutable.
 *
 * @param header the JSON of the header
 * @param claims the JSON of the claims
 */
public record ForgedToken(String header, String claims) {
    /** With another text in its header, which must have the first. */
    public ForgedToken inHeader(String text, String other) {
        return new ForgedToken(replaced(header, text, other), claims);
    }

    /** With another text in its claims, which must have the first. */
    public ForgedToken inClaims(String text, String other) {
        return new ForgedToken(header, replaced(claims, text, other));
    }

    private static String replaced(String json, String text, String other) {
        if (!json.contains(text)) {
            throw new IllegalArgumentException(text + " is not in " + json);
        }
        return json.replace(text, other);
    }

    /** What is signed. */
    String content() {
        return base64(header) + '.' + base64(claims);
    }

    /** Signed by this algorithm, whatever the header says. */
    String signed(String algorithm, Key key) throws GeneralSecurityException {
        return with(signature(algorithm, key));
    }

    /** With these bytes as the signature. */
    String with(byte[] signature) {
        return content() + '.' + base64(signature);
    }

    byte[] signature(String algorithm, Key key) throws GeneralSecurityException {
        byte[] content = content().getBytes(StandardCharsets.US_ASCII);
        if (algorithm.startsWith("HS")) {
            String name = "HmacSHA" + algorithm.substring(2);
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key.getEncoded(), name));
            return mac.doFinal(content);
        }
        Signature signer = Signature.getInstance(javaName(algorithm));
        if (algorithm.startsWith("PS")) {
            signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signer.initSign((PrivateKey) key);
        signer.update(content);
        return signer.sign();
    }

    private static String javaName(String algorithm) {
        String hash = "SHA" + algorithm.substring(2);
        return switch (algorithm.substring(0, 2)) {
            case "RS" -> hash + "withRSA";
            case "PS" -> "RSASSA-PSS";
            case "ES" -> hash + "withECDSAinP1363Format";
            default -> algorithm;
        };
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
