//! Places boxes in layers from top to bottom so that most edges go down: cycles
//! are cut, each box goes below all that lead to it, long edges get a way past
//! the boxes between, and boxes move towards their neighbours. One level only;
//! `picture` nests the levels. It knows nothing of states.

use std::collections::HashSet;

/// Space between two boxes of a layer.
const GAP_X: f64 = 40.0;
/// Space between two layers, enough for three labels below each other.
const GAP_Y: f64 = 64.0;
/// Width of the way that a long edge takes through a layer.
const LANE: f64 = 16.0;
/// Ways in all. A graph that needs more is drawn with straight long edges.
const LANES_MAX: usize = 20_000;
/// How often the boxes are put into order and moved.
const SWEEPS: usize = 4;

/// A point, in pixels, y downwards.
pub(super) type Point = (f64, f64);

/// Where everything went.
pub(super) struct Layout {
    /// Of each box, its upper left corner.
    pub(super) corners: Vec<Point>,
    /// Of each edge, the points it passes, in its own direction.
    pub(super) routes: Vec<Vec<Point>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places boxes of the given sizes; edges name them by their index, the first box is the root.
pub(super) fn layout(sizes: &[(f64, f64)], edges: &[(usize, usize)]) -> Layout {
    let reversed = back_edges(sizes.len(), edges);
    let forward: Vec<(usize, usize)> = edges
        .iter()
        .zip(&reversed)
        .map(|(&(from, to), back)| if *back { (to, from) } else { (from, to) })
        .collect();
    let layers = layers(sizes.len(), &forward);
    let mut lanes = Lanes::new(sizes, &layers);
    let chains: Vec<Vec<usize>> = forward.iter().map(|&(from, to)| lanes.chain(from, to)).collect();
    lanes.order(&chains);
    let centers = lanes.centers(&chains);
    let (tops, height) = lanes.tops();
    let point = |item: usize| {
        (centers.get(item).copied().unwrap_or_default(), tops.get(item).copied().unwrap_or_default())
    };
    let size = |item: usize| lanes.sizes.get(item).copied().unwrap_or_default();
    let corner = |item: usize| {
        let (x, y) = point(item);
        (x - size(item).0 / 2.0, y)
    };
    let route = |chain: &Vec<usize>, back: bool| {
        let mut points = Vec::new();
        for (at, item) in chain.iter().enumerate() {
            let (x, y) = point(*item);
            if at > 0 {
                points.push((x, y));
            }
            if at + 1 < chain.len() {
                points.push((x, y + size(*item).1));
            }
        }
        if back {
            points.reverse();
        }
        points
    };
    let routes = chains.iter().zip(&reversed).map(|(chain, back)| route(chain, *back)).collect();
    let width = (0..lanes.sizes.len()).map(|item| corner(item).0 + size(item).0).fold(0.0, f64::max);
    Layout { corners: (0..sizes.len()).map(corner).collect(), routes, width, height }
}

/// Which edges lead back to where the walk came from; without them there is no cycle.
fn back_edges(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (edge, (from, _)) in edges.iter().enumerate() {
        if let Some(list) = leaving.get_mut(*from) {
            list.push(edge);
        }
    }
    let mut back = vec![false; edges.len()];
    let mut seen = vec![false; count];
    let mut open = HashSet::new();
    for root in 0..count {
        if seen.get(root).copied().unwrap_or(true) {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, at)) = path.last_mut() {
            let node = *node;
            if *at == 0 {
                open.insert(node);
                if let Some(seen) = seen.get_mut(node) {
                    *seen = true;
                }
            }
            let edge = leaving.get(node).and_then(|list| list.get(*at)).copied();
            *at += 1;
            let Some(edge) = edge else {
                open.remove(&node);
                path.pop();
                continue;
            };
            let to = edges.get(edge).map_or(node, |(_, to)| *to);
            if open.contains(&to) {
                if let Some(back) = back.get_mut(edge) {
                    *back = true;
                }
            } else if !seen.get(to).copied().unwrap_or(true) {
                path.push((to, 0));
            }
        }
    }
    back
}

/// The layer of each box: one below the lowest that leads to it.
fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut waiting = vec![0usize; count];
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
        if let (Some(waiting), Some(list)) = (waiting.get_mut(to), leaving.get_mut(from)) {
            *waiting += 1;
            list.push(to);
        }
    }
    let mut layers = vec![0usize; count];
    let mut ready: Vec<usize> = (0..count).filter(|node| waiting.get(*node) == Some(&0)).collect();
    while let Some(node) = ready.pop() {
        let below = layers.get(node).copied().unwrap_or(0) + 1;
        for &to in leaving.get(node).map(Vec::as_slice).unwrap_or_default() {
            if let (Some(layer), Some(waiting)) = (layers.get_mut(to), waiting.get_mut(to)) {
                *layer = below.max(*layer);
                *waiting -= 1;
                if *waiting == 0 {
                    ready.push(to);
                }
            }
        }
    }
    layers
}

/// Boxes and the ways of long edges, by layer.
struct Lanes {
    /// Boxes first, then ways.
    sizes: Vec<(f64, f64)>,
    layer_of: Vec<usize>,
    /// From top to bottom, each from left to right.
    rows: Vec<Vec<usize>>,
    lanes: usize,
}

impl Lanes {
    fn new(sizes: &[(f64, f64)], layers: &[usize]) -> Self {
        let mut rows = vec![Vec::new(); layers.iter().max().map_or(0, |last| last + 1)];
        for (item, layer) in layers.iter().enumerate() {
            if let Some(row) = rows.get_mut(*layer) {
                row.push(item);
            }
        }
        Lanes { sizes: sizes.to_vec(), layer_of: layers.to_vec(), rows, lanes: 0 }
    }

    /// The boxes and ways that an edge passes, from top to bottom.
    fn chain(&mut self, from: usize, to: usize) -> Vec<usize> {
        let layer = |item: usize| self.layer_of.get(item).copied().unwrap_or(0);
        let between = (layer(from) + 1)..layer(to);
        let mut chain = vec![from];
        if self.lanes + between.len() <= LANES_MAX {
            self.lanes += between.len();
            for layer in between {
                let item = self.sizes.len();
                self.sizes.push((LANE, 0.0));
                self.layer_of.push(layer);
                if let Some(row) = self.rows.get_mut(layer) {
                    row.push(item);
                }
                chain.push(item);
            }
        }
        chain.push(to);
        chain
    }

    /// Who stands above, or below, each item.
    fn neighbours(&self, chains: &[Vec<usize>], above: bool) -> Vec<Vec<usize>> {
        let mut lists = vec![Vec::new(); self.sizes.len()];
        for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
            let &[upper, lower] = pair else { continue };
            let (item, neighbour) = if above { (lower, upper) } else { (upper, lower) };
            if item != neighbour
                && let Some(list) = lists.get_mut(item)
            {
                list.push(neighbour);
            }
        }
        lists
    }

    /// Puts each row into the order of the middle of its neighbours, down and up in turn.
    fn order(&mut self, chains: &[Vec<usize>]) {
        let sides = [self.neighbours(chains, true), self.neighbours(chains, false)];
        let mut place = vec![0.0; self.sizes.len()];
        let note = |row: &[usize], place: &mut Vec<f64>| {
            for (at, item) in (0u32..).zip(row) {
                if let Some(place) = place.get_mut(*item) {
                    *place = f64::from(at);
                }
            }
        };
        self.rows.iter().for_each(|row| note(row, &mut place));
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            let Some(neighbours) = sides.get(usize::from(!down)) else { continue };
            let count = self.rows.len();
            for step in 0..count {
                let Some(row) = self.rows.get_mut(if down { step } else { count - 1 - step }) else {
                    continue;
                };
                let wish = |item: &usize| {
                    mean(neighbours.get(*item), &place).unwrap_or(place.get(*item).copied().unwrap_or(0.0))
                };
                let mut wished: Vec<(f64, usize)> = row.iter().map(|item| (wish(item), *item)).collect();
                wished.sort_by(|left, right| left.0.total_cmp(&right.0));
                *row = wished.into_iter().map(|(_, item)| item).collect();
                note(row, &mut place);
            }
        }
    }

    /// The middle of each item from left to right, all of them right of zero.
    fn centers(&self, chains: &[Vec<usize>]) -> Vec<f64> {
        let sides = [self.neighbours(chains, true), self.neighbours(chains, false)];
        let mut centers = vec![0.0; self.sizes.len()];
        for row in &self.rows {
            let wishes: Vec<f64> = row.iter().map(|_| 0.0).collect();
            self.place(row, &wishes, &mut centers);
        }
        for sweep in 0..2 * SWEEPS {
            let down = sweep % 2 == 0;
            let Some(neighbours) = sides.get(usize::from(!down)) else { continue };
            let rows: Vec<&Vec<usize>> =
                if down { self.rows.iter().collect() } else { self.rows.iter().rev().collect() };
            for row in rows {
                let own = |item: &usize| centers.get(*item).copied().unwrap_or(0.0);
                let wishes: Vec<f64> = row
                    .iter()
                    .map(|item| mean(neighbours.get(*item), &centers).unwrap_or_else(|| own(item)))
                    .collect();
                self.place(row, &wishes, &mut centers);
            }
        }
        let half = |item: usize| self.sizes.get(item).map_or(0.0, |size| size.0 / 2.0);
        let left = centers
            .iter()
            .enumerate()
            .map(|(item, center)| center - half(item))
            .fold(f64::INFINITY, f64::min);
        centers.iter().map(|center| if left.is_finite() { center - left } else { 0.0 }).collect()
    }

    /// Moves a row to where its items wish to be as far as they do not overlap. Pushed
    /// from the left and from the right it keeps its distances, and so does the middle
    /// between the two.
    fn place(&self, row: &[usize], wishes: &[f64], centers: &mut [f64]) {
        let half = |item: usize| self.sizes.get(item).map_or(0.0, |size| size.0 / 2.0);
        let mut from_left = Vec::with_capacity(row.len());
        let mut edge = f64::NEG_INFINITY;
        for (item, wish) in row.iter().zip(wishes) {
            let center = wish.max(edge + half(*item));
            edge = center + half(*item) + GAP_X;
            from_left.push(center);
        }
        let mut edge = f64::INFINITY;
        for ((item, wish), left) in row.iter().zip(wishes).zip(from_left).rev() {
            let right = wish.min(edge - half(*item));
            edge = right - half(*item) - GAP_X;
            if let Some(center) = centers.get_mut(*item) {
                *center = f64::midpoint(left, right);
            }
        }
    }

    /// The upper end of each item, and the height of all.
    fn tops(&mut self) -> (Vec<f64>, f64) {
        let mut tops = vec![0.0; self.sizes.len()];
        let mut y = 0.0;
        for row in &self.rows {
            let height =
                row.iter().filter_map(|item| self.sizes.get(*item)).map(|size| size.1).fold(0.0, f64::max);
            for item in row {
                if let Some(top) = tops.get_mut(*item) {
                    *top = y;
                }
            }
            y += height + GAP_Y;
        }
        // A way goes straight through its layer, however high the boxes beside it are.
        let boxes = self.sizes.len() - self.lanes;
        let heights: Vec<f64> = self
            .rows
            .iter()
            .map(|row| {
                row.iter().filter_map(|item| self.sizes.get(*item)).map(|size| size.1).fold(0.0, f64::max)
            })
            .collect();
        for (item, size) in self.sizes.iter_mut().enumerate().skip(boxes) {
            size.1 = self.layer_of.get(item).and_then(|layer| heights.get(*layer)).copied().unwrap_or(0.0);
        }
        (tops, (y - GAP_Y).max(0.0))
    }
}

/// The mean place of some items, if there are any.
fn mean(items: Option<&Vec<usize>>, places: &[f64]) -> Option<f64> {
    let items = items.filter(|items| !items.is_empty())?;
    let sum: f64 = items.iter().filter_map(|item| places.get(*item)).sum();
    let count = u32::try_from(items.len()).ok()?;
    Some(sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(left: (Point, (f64, f64)), right: (Point, (f64, f64))) -> bool {
        let apart = |a: f64, size: f64, b: f64| a + size <= b;
        let ((ax, ay), (aw, ah)) = left;
        let ((bx, by), (bw, bh)) = right;
        !(apart(ax, aw, bx) || apart(bx, bw, ax) || apart(ay, ah, by) || apart(by, bh, ay))
    }

    fn check(sizes: &[(f64, f64)], edges: &[(usize, usize)]) -> Layout {
        let layout = layout(sizes, edges);
        let boxes: Vec<_> = layout.corners.iter().copied().zip(sizes.iter().copied()).collect();
        for (at, one) in boxes.iter().enumerate() {
            for other in boxes.iter().skip(at + 1) {
                assert!(!overlap(*one, *other), "{one:?} and {other:?}");
            }
            let ((x, y), (w, h)) = *one;
            assert!(
                x >= -0.01 && y >= -0.01 && x + w <= layout.width + 0.01 && y + h <= layout.height + 0.01
            );
        }
        assert_eq!(layout.routes.len(), edges.len());
        layout
    }

    #[test]
    fn a_line_goes_down() {
        let layout = check(&[(10.0, 10.0), (20.0, 10.0), (10.0, 10.0)], &[(0, 1), (1, 2)]);
        assert!(layout.corners[0].1 < layout.corners[1].1 && layout.corners[1].1 < layout.corners[2].1);
        assert_eq!(layout.corners[0].0, layout.corners[2].0);
    }

    #[test]
    fn cycles_self_loops_and_lone_boxes_are_placed() {
        let sizes = [(100.0, 50.0); 6];
        let layout = check(&sizes, &[(0, 1), (1, 2), (2, 0), (2, 2), (0, 3), (3, 1), (1, 0)]);
        let back = &layout.routes[2];
        assert!(back.first().expect("a start").1 > back.last().expect("an end").1, "it leads up");
        check(&[], &[]);
        check(&[(5.0, 5.0)], &[(0, 0)]);
    }

    #[test]
    fn long_edges_pass_between_boxes() {
        let layout = check(&[(50.0, 20.0); 4], &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        assert!(layout.routes[3].len() > 2);
    }

    #[test]
    fn a_large_graph_takes_little_time() {
        let count = 2_000;
        let edges: Vec<_> = (1..count).flat_map(|node| [(node - 1, node), (node, count - 1)]).collect();
        layout(&vec![(100.0, 50.0); count], &edges);
    }
}
