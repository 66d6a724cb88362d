package dev.sluice.proxy.tls.pem;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys of all forms that are in use: PKCS#8 (RFC 5958), also encrypted with PBES2 (RFC 8018); PKCS#1 (RFC 8017)
 * and SEC1 (RFC 5915), which are put into a PKCS#8 envelope.
 */
final class PemKey {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final Map<String, String> ALGORITHMS = Map.of(
            RSA,
            "RSA",
            "1.2.840.113549.1.1.10",
            "RSASSA-PSS",
            EC,
            "EC",
            "1.3.101.112",
            "EdDSA",
            "1.3.101.113",
            "EdDSA");

    private PemKey() {}

    static PrivateKey privateKey(PemBlock block, char @Nullable [] password) {
        if (block.oldEncryption()) {
            throw block.fault("is encrypted in an old, weak form (DEK-Info); convert it: " + conversion(block));
        }
        try {
            return switch (block.label()) {
                case "PRIVATE KEY" -> pkcs8(block, block.content());
                case "RSA PRIVATE KEY" -> pkcs8(block, envelope(Der.oid(RSA), Der.none(), block.content()));
                case "EC PRIVATE KEY" -> pkcs8(block, envelope(Der.oid(EC), curve(block), block.content()));
                case "ENCRYPTED PRIVATE KEY" -> encrypted(block, password);
                default -> throw block.fault("is a private key of a kind that is not supported");
            };
        } catch (GeneralSecurityException fault) {
            throw block.fault("is not a private key: " + fault.getMessage(), fault);
        }
    }

    private static String conversion(PemBlock block) {
        return "openssl pkcs8 -topk8 -v2 aes-256-cbc -in " + block.file() + " -out new-key.pem";
    }

    private static byte[] envelope(byte[] algorithm, byte[] parameters, byte[] key) {
        return Der.sequence(Der.integer(0), Der.sequence(algorithm, parameters), Der.element(Der.OCTET_STRING, key));
    }

    /** The curve that the key names (RFC 5915 §3). */
    private static byte[] curve(PemBlock block) throws InvalidKeySpecException {
        DerReader key = new DerReader(block.content()).enter(Der.SEQUENCE);
        key.enter(Der.INTEGER);
        key.enter(Der.OCTET_STRING);
        DerReader parameters = key.next(Der.CONTEXT) ? key.enter(Der.CONTEXT) : null;
        if (parameters == null || !parameters.next(Der.OID)) {
            throw block.fault("does not name its curve; convert it: " + conversion(block));
        }
        return parameters.rest();
    }

    private static PrivateKey pkcs8(PemBlock block, byte[] key) throws GeneralSecurityException {
        DerReader info = new DerReader(key).enter(Der.SEQUENCE);
        info.enter(Der.INTEGER);
        String oid = info.enter(Der.SEQUENCE).oid();
        String algorithm = ALGORITHMS.get(oid);
        if (algorithm == null) {
            throw block.fault("has an algorithm that is not supported: " + oid);
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
    }

    private static PrivateKey encrypted(PemBlock block, char @Nullable [] password) throws GeneralSecurityException {
        if (password == null) {
            throw block.fault("is encrypted, and no password was given");
        }
        String scheme = new DerReader(block.content())
                .enter(Der.SEQUENCE)
                .enter(Der.SEQUENCE)
                .oid();
        if (!scheme.equals(PBES2)) {
            throw block.fault("is encrypted in an old, weak form (" + scheme + "); convert it: " + conversion(block));
        }
        PBEKeySpec secret = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(block.content());
            // The only place where the JDK tells the scheme with its parts, such as PBEWithHmacSHA256AndAES_256.
            String parts = info.getAlgParameters().toString();
            Cipher cipher = Cipher.getInstance(parts);
            cipher.init(Cipher.DECRYPT_MODE, key(block, parts, secret), info.getAlgParameters());
            return pkcs8(block, info.getKeySpec(cipher).getEncoded());
        } catch (IOException | NoSuchAlgorithmException fault) {
            throw block.fault("is encrypted in a way that is not supported: " + fault.getMessage(), fault);
        } catch (GeneralSecurityException fault) {
            throw block.fault("cannot be decrypted: the password is wrong, or the block is damaged", fault);
        } finally {
            secret.clearPassword();
        }
    }

    /** Of the password. Java 17 takes only passwords of ASCII. */
    private static SecretKey key(PemBlock block, String parts, PBEKeySpec secret) throws NoSuchAlgorithmException {
        try {
            return SecretKeyFactory.getInstance(parts).generateSecret(secret);
        } catch (InvalidKeySpecException fault) {
            throw block.fault("is encrypted, and its password cannot be used: " + fault.getMessage(), fault);
        }
    }
}
