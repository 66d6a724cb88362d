package dev.sluice.lab.picture;

import java.util.List;

/** A curve: its name, and its points from left to right. */
public record Series(String name, List<Point> points) {
    /** Copies the points. */
    public Series {
        points = List.copyOf(points);
    }

    /** A point of a curve. */
    public record Point(double x, double y) {}
}
