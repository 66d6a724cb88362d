/**
 * Draws figures as SVG: timelines, curves and bars. The same data gives the same bytes on every machine and JDK, as texts
 * are measured with fixed widths, and not with the fonts of the machine.
 */
@NullMarked
package dev.sluice.lab.picture;

import org.jspecify.annotations.NullMarked;
