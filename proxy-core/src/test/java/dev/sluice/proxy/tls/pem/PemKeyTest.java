package dev.sluice.proxy.tls.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are what OpenSSL 3 writes. */
class PemKeyTest {
    private static final String CONVERT = "openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new-key.pem";

    private static String text(String file) throws Exception {
        return new String(
                PemKeyTest.class.getResourceAsStream(file + ".pem").readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static PrivateKey key(String file, String password) throws Exception {
        return PemFile.parse("key.pem", text(file)).privateKey(password == null ? null : password.toCharArray());
    }

    private static void refused(String file, String password, String message) {
        assertThatThrownBy(() -> key(file, password))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key.pem, block 1 (")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-pkcs1, rsa-pkcs8",
        "rsa-pbes2, rsa-pkcs8",
        "rsa-pbes2-sha1, rsa-pkcs8",
        "ec-sec1, ec-pkcs8",
        "ec-parameters-sec1, ec-pkcs8",
        "ec-pbes2, ec-pkcs8"
    })
    void allFormsAreTheSameKey(String file, String plain) throws Exception {
        assertThat(secret(key(file, "secret"))).isEqualTo(secret(key(plain, null)));
    }

    private static BigInteger secret(PrivateKey key) {
        return key instanceof ECPrivateKey ec ? ec.getS() : ((RSAPrivateKey) key).getPrivateExponent();
    }

    @ParameterizedTest
    @CsvSource({"rsa-pkcs8, RSA", "rsa-pss, RSASSA-PSS", "ec-pkcs8, EC", "ed25519-pkcs8, EdDSA"})
    void theAlgorithmIsInTheKey(String file, String algorithm) throws Exception {
        assertThat(key(file, null).getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void oldEncryptionIsRefusedWithTheLineThatConvertsIt() {
        refused("rsa-dek-info", "secret", "is encrypted in an old, weak form (DEK-Info); convert it: " + CONVERT);
        refused(
                "rsa-pbes1",
                "secret",
                "is encrypted in an old, weak form (1.2.840.113549.1.12.1.3); convert it: " + CONVERT);
    }

    @Test
    void anEncryptedKeyNeedsItsPassword() {
        refused("rsa-pbes2", null, "is encrypted, and no password was given");
        refused("rsa-pbes2", "wrong", "cannot be decrypted: the password is wrong, or the block is damaged");
        refused("ec-pbes2", "", "cannot be decrypted: the password is wrong, or the block is damaged");
    }

    @Test
    void aPasswordBeyondAsciiIsTakenOrRefusedForThatReason() throws Exception {
        try {
            assertThat(key("ec-pbes2-utf8", "sch\u00F6n").getAlgorithm()).isEqualTo("EC");
        } catch (IllegalArgumentException onJava17) {
            assertThat(onJava17)
                    .hasMessageStartingWith("key.pem, block 1 (ENCRYPTED PRIVATE KEY) is encrypted, and its password"
                            + " cannot be used: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-scrypt", "rsa-pbes2-des3"})
    void anEncryptionThatTheJvmLacksIsNamed(String file) {
        refused(file, "secret", "is encrypted in a way that is not supported");
    }

    @Test
    void whatCannotSignIsRefused() {
        refused("x25519-pkcs8", null, "has an algorithm that is not supported: 1.3.101.110");
        refused("dsa-pkcs8", null, "has an algorithm that is not supported: 1.2.840.10040.4.1");
        refused("ec-explicit", null, "does not name its curve; convert it: " + CONVERT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "MAA=", "MIIE", "MH8=", "MIQAAAAA"})
    void damageIsRefused(String content) {
        for (String label :
                new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
            String pem = "-----BEGIN " + label + "-----\n" + content + "\n-----END " + label + "-----\n";
            assertThatThrownBy(() -> PemFile.parse("key.pem", pem).privateKey("secret".toCharArray()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("key.pem, block 1 (" + label + ") ");
        }
    }

    @Test
    void anotherKindIsNamed() {
        String pem = "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n";
        assertThatThrownBy(() -> PemFile.parse("key.pem", pem).privateKey(null))
                .hasMessage("key.pem, block 1 (DSA PRIVATE KEY) is a private key of a kind that is not supported");
    }
}
