// SPDX-License-Identifier: MIT
/// Path resolution of the in-memory tree.
#include <cerrno>

#include "support/memory_system_tree.h"

namespace prune::memory {

namespace {

constexpr std::size_t kPathLimit = 4096;
constexpr std::size_t kNameLimit = 255;
constexpr int kMostLinks = 40;

class Walker {
public:
    Walker(const Tree& tree, Place from, WalkOptions options)
        : tree_(tree), options_(options), start_(from), at_(from) {}

    Found run(std::string_view path) {
        if (path.empty()) return failed(-ENOENT);
        if (path.size() >= kPathLimit) return failed(-ENAMETOOLONG);
        rest_ = path;
        if (!beginAtRoot()) return found_;
        found_.place = at_;
        found_.directory = at_;
        found_.name = ".";
        while (found_.problem == 0 && cutComponent()) {
            if (step()) break;
        }
        return found_;
    }

private:
    Found failed(int problem) {
        found_ = {};
        found_.problem = problem;
        return found_;
    }

    bool beginAtRoot() {
        if (!rest_.starts_with('/')) return true;
        if (options_.beneath) return failed(-EXDEV), false;
        at_ = tree_.root();
        return true;
    }

    bool cutComponent() {
        rest_.erase(0, rest_.find_first_not_of('/'));
        if (rest_.empty()) return false;
        const auto end = rest_.find('/');
        component_ = rest_.substr(0, end);
        rest_ = end == std::string::npos ? "" : rest_.substr(end);
        last_ = rest_.find_first_not_of('/') == std::string::npos;
        return true;
    }

    /// True: nothing more to do.
    bool step() {
        if (!at_.node->isDirectory()) return failed(-ENOTDIR), true;
        if (!tree_.mayAccess(*at_.node, 1)) return failed(-EACCES), true;
        if (component_ == ".") return arrive(at_);
        if (component_ == "..") return up();
        if (at_.node->cgroup == nullptr && component_.size() > kNameLimit) return failed(-ENAMETOOLONG), true;
        return down();
    }

    bool arrive(Place place) {
        found_.directory = at_;
        found_.name = component_;
        found_.place = place;
        at_ = place;
        return false;
    }

    bool up() {
        if (options_.beneath && at_ == start_) return failed(-EXDEV), true;
        Place from = at_;
        while (from.node == from.mount->root && from.mount->point.node != nullptr) {
            if (options_.beneath) return failed(-EXDEV), true;
            from = from.mount->point;
        }
        if (from.node->parent != nullptr && from.node != from.mount->root) from.node = from.node->parent;
        return arrive(from);
    }

    Node* child() const {
        if (at_.node->lookUp) return at_.node->lookUp(component_);
        const auto it = at_.node->children.find(component_);
        return it == at_.node->children.end() ? nullptr : it->second;
    }

    bool down() {
        Node* node = child();
        if (node == nullptr) {
            if (!last_) return failed(-ENOENT), true;
            arrive({at_.mount, nullptr});
            return true;
        }
        const Place place = tree_.across({at_.mount, node});
        if (options_.beneath && place.mount != at_.mount) return failed(-EXDEV), true;
        const bool follow = !last_ || options_.followLast || !rest_.empty();
        if (node->type == NodeType::symlink && follow) return followLink(*node);
        arrive(place);
        if (!rest_.empty() && !place.node->isDirectory()) return failed(-ENOTDIR), true;
        return false;
    }

    bool followLink(const Node& link) {
        if (options_.beneath || ++links_ > kMostLinks) return failed(-ELOOP), true;
        if (link.magicTarget.node != nullptr) return arrive(link.magicTarget);
        rest_ = link.content + rest_;
        return !beginAtRoot();
    }

    const Tree& tree_;
    WalkOptions options_;
    Place start_;
    Place at_;
    std::string rest_;
    std::string component_;
    bool last_ = false;
    int links_ = 0;
    Found found_;
};

}  // namespace

Found Tree::walk(Place from, std::string_view path, WalkOptions options) const {
    return Walker(*this, from, options).run(path);
}

}  // namespace prune::memory
