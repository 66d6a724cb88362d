package dev.sluice.proxy.tls.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM file (RFC 7468). Text outside of them is ignored, as {@code openssl} writes some. Immutable.
 *
 * <p>Each method throws an {@link IllegalArgumentException} that names the file, the block and the reason.
 */
public final class PemFile {
    /** More than all authorities that a system trusts. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    /** What some editors put first (a byte order mark in UTF-8), as ISO 8859-1 reads it. */
    private static final String MARK = "\u00EF\u00BB\u00BF";

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final String name;
    private final List<PemBlock> blocks;

    private PemFile(String name, List<PemBlock> blocks) {
        this.name = name;
        this.blocks = blocks;
    }

    /** Reads and parses a file. */
    public static PemFile read(Path file) {
        return parse(file.toString(), text(file));
    }

    /** Reads a file. */
    public static String text(Path file) {
        String name = file.toString();
        // Its size does not say how much there is to read: of a device, or of a file that grows meanwhile.
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(name + " is larger than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException(name + " does not exist", missing);
        } catch (IOException failure) {
            throw new IllegalArgumentException(name + " cannot be read: " + failure, failure);
        }
    }

    /**
     * Parses a text.
     *
     * @param name what it is called in messages
     */
    public static PemFile parse(String name, String text) {
        List<PemBlock> blocks = new ArrayList<>();
        String unmarked = text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        List<String> lines = unmarked.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length()) {
                String label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                int end = end(lines, i + 1);
                PemBlock place = new PemBlock(name, blocks.size() + 1, label, false, new byte[0]);
                if (end == lines.size() || !lines.get(end).startsWith(END)) {
                    throw place.fault("has no end: there is no line \"" + END + label + DASHES + "\"");
                }
                if (!lines.get(end).equals(END + label + DASHES)) {
                    throw place.fault("has the end of another: \"" + lines.get(end) + "\"");
                }
                blocks.add(block(place, lines.subList(i + 1, end)));
                i = end;
            }
        }
        return new PemFile(name, List.copyOf(blocks));
    }

    /** The next line that begins or ends a block, or the number of lines. */
    private static int end(List<String> lines, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).startsWith(DASHES)) {
                return i;
            }
        }
        return lines.size();
    }

    private static PemBlock block(PemBlock place, List<String> lines) {
        StringBuilder base64 = new StringBuilder();
        boolean oldEncryption = false;
        for (String line : lines) {
            oldEncryption |= line.startsWith("DEK-Info:");
            // No base64 has a colon: this is a header (RFC 1421 §4.6).
            base64.append(line.indexOf(':') >= 0 ? "" : line);
        }
        try {
            byte[] content = Base64.getDecoder().decode(base64.toString());
            return new PemBlock(place.file(), place.number(), place.label(), oldEncryption, content);
        } catch (IllegalArgumentException fault) {
            throw place.fault("is not base64: " + fault.getMessage(), fault);
        }
    }

    /** The certificates in their order, at least one. Private keys and parameters beside them are ignored. */
    public List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (block.isCertificate()) {
                certificates.add(certificate(block));
            } else if (!block.isPrivateKey() && !block.label().endsWith("PARAMETERS")) {
                throw block.fault("is not a certificate");
            }
        }
        if (certificates.isEmpty()) {
            throw missing("certificate");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(PemBlock block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException fault) {
            throw block.fault("is not a certificate: " + fault.getMessage(), fault);
        }
    }

    /**
     * The private key, of which there must be one. Certificates and parameters beside it are ignored.
     *
     * @param password for an encrypted key; not used for any other
     */
    public PrivateKey privateKey(char @Nullable [] password) {
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).toList();
        if (keys.isEmpty()) {
            throw missing("private key");
        }
        if (keys.size() > 1) {
            throw keys.get(1)
                    .fault("is a second private key: the first is block "
                            + keys.get(0).number());
        }
        return PemKey.privateKey(keys.get(0), password);
    }

    private IllegalArgumentException missing(String what) {
        List<String> labels = blocks.stream().map(PemBlock::label).toList();
        return new IllegalArgumentException(
                name + " has no " + what + (labels.isEmpty() ? ": it has no PEM block" : ", only " + labels));
    }

    /** The text of a block. */
    public static String text(String label, byte[] content) {
        return BEGIN + label + DASHES + '\n' + ENCODER.encodeToString(content) + '\n' + END + label + DASHES + '\n';
    }

    /** What it is called in messages. */
    public String name() {
        return name;
    }

    /** Where the certificate with this index is, as messages say it. */
    public String place(int certificate) {
        List<PemBlock> own = blocks.stream().filter(PemBlock::isCertificate).toList();
        return own.get(certificate).toString();
    }
}
