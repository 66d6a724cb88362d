package dev.sluice.lab.picture;

import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGeneratorContext.GraphicContextDefaults;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.text.TextUtils;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Writes a chart as SVG. */
final class SvgFile {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    static {
        // No window is opened: without this some systems show the program among those that have some.
        System.getProperties().putIfAbsent("java.awt.headless", "true");
        // Otherwise a text on its side becomes the outlines of a font of this machine.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private SvgFile() {}

    /** Writes the file, and the folders that it needs. An older file is replaced. */
    static void write(JFreeChart chart, int width, int height, Path file) throws IOException {
        Document document = document();
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
        context.setPrecision(1);
        context.setComment(null);
        GraphicContextDefaults defaults = new GraphicContextDefaults();
        defaults.setFont(Look.TEXT);
        context.setGraphicContextDefaults(defaults);
        Surface surface = new Surface(context);
        surface.setSVGCanvasSize(new Dimension(width, height));
        chart.draw(surface, new Rectangle(width, height));
        Element root = surface.getRoot();
        root.setAttribute("viewBox", "0 0 " + width + " " + height);
        root.setAttribute("role", "img");
        StringWriter text = new StringWriter();
        surface.stream(root, text, false, false);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text.toString().replace(System.lineSeparator(), "\n"));
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(NAMESPACE, "svg", null);
        } catch (ParserConfigurationException noParser) {
            throw new IllegalStateException("this JVM has no XML", noParser);
        }
    }

    /** Measures texts with fixed widths. */
    private static final class Surface extends SVGGraphics2D {
        Surface(SVGGeneratorContext context) {
            super(context, false);
        }

        private Surface(Surface other) {
            super(other);
        }

        @Override
        public Graphics create() {
            return new Surface(this);
        }

        @Override
        public FontMetrics getFontMetrics(Font font) {
            return new FixedFont.Metrics(font);
        }
    }
}
