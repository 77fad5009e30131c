"""Drafts a robot's folder from its MJCF or URDF alone: roles by structure, soles by geometry, gains by mass and size.

    ./longmen robot new MODEL.xml [FOLDER]

What it writes is a start that stands and usually walks; docs/robots.md says what to measure and replace.
"""

import math
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from . import _core

Vector = NDArray[np.float64]

_JOINTS_MAX = 48
_SOLE_SLICE_m = 0.02  # of a foot's lowest points: its sole
_CROUCH = 0.94  # of the stretched leg, in the home posture
_SPEED_MAX_rad_s = {"leg": 14.0, "waist": 8.0, "arm": 9.0, "head": 6.0}  # where the model does not say
_NEAR_m = 0.01  # links so near at home share room by design


class DraftError(_core.Error):
    """The model cannot become a walking robot; the text says what it lacks."""


def _refuse(where: pathlib.Path, text: str) -> DraftError:
    return DraftError(f"{where}: {text}")


@dataclass
class Draft:
    """A model with what its structure says: everything below is in MuJoCo's ids, at the zero posture."""

    source: pathlib.Path
    model: mujoco.MjModel
    roles: dict[str, int] = field(default_factory=dict)
    groups: dict[str, list[int]] = field(default_factory=dict)  # joint ids from the base outwards
    joints: list[int] = field(default_factory=list)  # that get a motor
    torque_Nm: dict[int, float] = field(default_factory=dict)
    speed_rad_s: dict[int, float] = field(default_factory=dict)
    soles: dict[str, dict[str, float]] = field(default_factory=dict)
    home: dict[int, float] = field(default_factory=dict)
    hip_height_m: float = 0.0
    width_m: float = 0.0


# ---- reading -------------------------------------------------------------------------------------------------------

def _load(file: pathlib.Path) -> tuple[mujoco.MjModel, dict[str, float]]:
    """The compiled model, its root free; and the speed limits that a URDF states."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(file, f"cannot be read: {error}") from None
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise _refuse(file, f"is no XML: {error}") from None
    speeds: dict[str, float] = {}
    try:
        if root.tag == "robot":
            return _load_urdf(file, root, speeds), speeds
        if root.tag != "mujoco":
            raise _refuse(file, f"has the root <{root.tag}>; valid: <mujoco> (MJCF), <robot> (URDF)")
        spec = mujoco.MjSpec.from_file(str(file))
        if not any(joint.type == mujoco.mjtJoint.mjJNT_FREE for joint in spec.joints):
            spec.worldbody.first_body().add_freejoint()
        return spec.compile(), speeds
    except (ValueError, mujoco.FatalError) as error:
        raise _refuse(file, " ".join(str(error).split())) from None


def _load_urdf(file: pathlib.Path, root: ElementTree.Element, speeds: dict[str, float]) -> mujoco.MjModel:
    for link in root.iter("link"):
        for visual in link.findall("visual"):
            link.remove(visual)
    for joint in root.iter("joint"):
        limit = joint.find("limit")
        if limit is not None and float(limit.get("velocity", 0)) > 0:
            speeds[joint.get("name", "")] = float(limit.get("velocity", 0))
    for mesh in root.iter("mesh"):
        mesh.set("filename", str(_find_mesh(file, mesh.get("filename", ""))))
    for old in root.findall("mujoco"):
        root.remove(old)
    options = ElementTree.SubElement(ElementTree.SubElement(root, "mujoco"), "compiler")
    options.attrib.update(strippath="false", fusestatic="false", discardvisual="true", balanceinertia="true")
    spec = mujoco.MjSpec.from_string(ElementTree.tostring(root, encoding="unicode"))
    spec.worldbody.first_body().add_freejoint()
    model = spec.compile()
    for joint in root.iter("joint"):  # MuJoCo reads no effort
        limit = joint.find("limit")
        found = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT, joint.get("name", ""))
        if limit is not None and found >= 0:
            effort = float(limit.get("effort", 0))
            model.jnt_actfrcrange[found] = (-effort, effort)
    return model


def _find_mesh(file: pathlib.Path, name: str) -> pathlib.Path:
    """package://NAME/rest is looked for in the folders above the file."""
    tail = re.sub(r"^(package|file|model):/+", "", name)
    parts = pathlib.PurePosixPath(tail).parts
    for folder in (file.parent, *file.parents):
        for start in range(len(parts)):
            if (candidate := folder.joinpath(*parts[start:])).is_file():
                return candidate.resolve()
    raise _refuse(file, f"mesh '{name}' is in no folder above the file")


# ---- structure -----------------------------------------------------------------------------------------------------

def _name(draft: Draft, body: int) -> str:
    return draft.model.body(body).name


def _path(draft: Draft, body: int) -> list[int]:
    """Bodies from the base's child down to the body."""
    path = []
    while body > 1:
        path.append(body)
        body = int(draft.model.body_parentid[body])
    return path[::-1]


def _joints_of(draft: Draft, bodies: list[int]) -> list[int]:
    m = draft.model
    return [j for b in bodies for j in range(m.body_jntadr[b], m.body_jntadr[b] + m.body_jntnum[b]) if m.body_jntnum[b]]


def _last_jointed(draft: Draft, body: int) -> int:
    while body > 1 and draft.model.body_jntnum[body] == 0:
        body = int(draft.model.body_parentid[body])
    return body


def _common(draft: Draft, bodies: list[int]) -> int:
    """The lowest body that carries them all."""
    paths = [[1, *_path(draft, b)] for b in bodies]
    common = 1
    for level in zip(*paths):
        if len(set(level)) > 1:
            break
        common = level[0]
    return common


def _find_roles(draft: Draft, data: mujoco.MjData) -> None:
    m = draft.model
    tips = {_last_jointed(draft, b) for b in range(2, m.nbody) if b not in set(m.body_parentid[2:])} - {1}
    tips = {b for b in tips if not any(b in _path(draft, other) for other in tips - {b})}
    sides = {side: [b for b in tips if sign * data.xpos[b][1] > 0.02]
             for side, sign in (("left", 1), ("right", -1))}
    for side, bodies in sides.items():
        if not bodies:
            raise _refuse(draft.source, f"no limb on the {side} (y {'>' if side == 'left' else '<'} 0): a robot faces x")
        draft.roles[f"{side}_foot"] = min(bodies, key=lambda b: data.xipos[b][2])
    left, right = (draft.roles[f"{side}_foot"] for side in ("left", "right"))
    if len(_joints_of(draft, _path(draft, left))) != len(_joints_of(draft, _path(draft, right))):
        raise _refuse(draft.source, f"legs of unequal build: '{_name(draft, left)}' and '{_name(draft, right)}'")
    if abs(data.xpos[left][1] + data.xpos[right][1]) > 0.02:
        raise _refuse(draft.source, f"feet '{_name(draft, left)}' and '{_name(draft, right)}' are no mirror images about "
                                    "the plane y = 0")
    for side in ("left", "right"):
        leg = set(_path(draft, draft.roles[f"{side}_foot"]))
        above = [b for b in sides[side] if not leg & set(_path(draft, b)) or
                 _path(draft, b)[0] not in leg and b != draft.roles[f"{side}_foot"]]
        if above:  # several tips on one side are fingers: the hand carries them
            hand = _common(draft, above) if len(above) > 1 else above[0]
            draft.roles[f"{side}_hand"] = _last_jointed(draft, hand)
    draft.roles["base"] = 1
    hands = [draft.roles[h] for h in ("left_hand", "right_hand") if h in draft.roles]
    torso = _common(draft, hands) if len(hands) == 2 else 1
    draft.roles["torso"] = _last_jointed(draft, torso) if torso > 1 else 1
    used = set(_path(draft, left)) | set(_path(draft, right)) | {b for h in hands for b in _path(draft, h)}
    heads = [b for b in tips if b not in used and data.xpos[b][2] > data.xpos[draft.roles["torso"]][2]
             and abs(data.xpos[b][1]) < 0.05]
    draft.roles["head"] = max(heads, key=lambda b: data.xpos[b][2]) if heads else draft.roles["torso"]
    for side in ("left", "right"):
        draft.roles.setdefault(f"{side}_hand", draft.roles["torso"])

    # What carries the arms, and what carries both legs, is waist.
    torso_path = _path(draft, draft.roles["torso"])
    hips_path = _path(draft, _common(draft, [left, right]))
    below = set(torso_path) | set(hips_path)
    for group, role in (("left_leg", "left_foot"), ("right_leg", "right_foot"), ("left_arm", "left_hand"),
                        ("right_arm", "right_hand"), ("head", "head")):
        draft.groups[group] = _joints_of(draft, [b for b in _path(draft, draft.roles[role]) if b not in below])
    draft.groups["waist"] = _joints_of(draft, sorted(below))
    draft.joints = [j for group in ("waist", "head", "left_arm", "right_arm", "left_leg", "right_leg")
                    for j in draft.groups[group]]


def _find_limits(draft: Draft, speeds: dict[str, float]) -> None:
    m = draft.model
    if len(draft.joints) > _JOINTS_MAX:
        raise _refuse(draft.source, f"{len(draft.joints)} joints; at most {_JOINTS_MAX}")
    for j in draft.joints:
        joint = m.joint(j).name
        if m.jnt_type[j] != int(mujoco.mjtJoint.mjJNT_HINGE):
            raise _refuse(draft.source, f"joint '{joint}' of a limb is no hinge")
        if not m.jnt_limited[j]:
            raise _refuse(draft.source, f"joint '{joint}' has no range")
        torque = 0.0
        if np.ptp(m.jnt_actfrcrange[j]) > 0:
            torque = float(np.abs(m.jnt_actfrcrange[j]).min())
        for u in range(m.nu):
            if m.actuator_trntype[u] != int(mujoco.mjtTrn.mjTRN_JOINT) or m.actuator_trnid[u][0] != j or torque > 0:
                continue
            gear = abs(float(m.actuator_gear[u][0]))
            if m.actuator_forcelimited[u]:
                torque = gear * float(np.abs(m.actuator_forcerange[u]).min())
            elif m.actuator_biastype[u] == int(mujoco.mjtBias.mjBIAS_NONE) and m.actuator_ctrllimited[u]:
                torque = gear * float(m.actuator_gainprm[u][0]) * float(np.abs(m.actuator_ctrlrange[u]).min())
        if torque <= 0:
            raise _refuse(draft.source, f"joint '{joint}' has no torque limit; valid: a forcerange or ctrlrange of its "
                                        "motor, an actuatorfrcrange, or an effort in URDF")
        draft.torque_Nm[j] = torque
        kind = next(name for name, joints in draft.groups.items() if j in joints).split("_")[-1]
        draft.speed_rad_s[j] = speeds.get(joint, _SPEED_MAX_rad_s[kind])


# ---- geometry ------------------------------------------------------------------------------------------------------

def _kind(draft: Draft, geom: int) -> mujoco.mjtGeom:
    return mujoco.mjtGeom(int(draft.model.geom_type[geom]))


def _points(draft: Draft, data: mujoco.MjData, geom: int) -> Vector:
    """Points that span a geom, in W: a mesh's vertices, the ends of round shapes, the corners of others."""
    m = draft.model
    kind = _kind(draft, geom)
    if kind == mujoco.mjtGeom.mjGEOM_MESH:
        mesh = m.geom_dataid[geom]
        local = m.mesh_vert[m.mesh_vertadr[mesh]:m.mesh_vertadr[mesh] + m.mesh_vertnum[mesh]].astype(float)
    elif kind in (mujoco.mjtGeom.mjGEOM_SPHERE, mujoco.mjtGeom.mjGEOM_CAPSULE):
        radius, half = m.geom_size[geom][0], m.geom_size[geom][1] if kind == mujoco.mjtGeom.mjGEOM_CAPSULE else 0.0
        axis = data.geom_xmat[geom].reshape(3, 3)[:, 2]
        round_ = radius * np.concatenate([np.eye(3), -np.eye(3)])
        return np.concatenate([data.geom_xpos[geom] + end * half * axis + round_ for end in (-1, 1)])
    else:
        s = m.geom_size[geom]
        half = [s[0], s[0], s[1]] if kind == mujoco.mjtGeom.mjGEOM_CYLINDER else s
        local = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * half
    return local @ data.geom_xmat[geom].reshape(3, 3).T + data.geom_xpos[geom]


def _own_geoms(draft: Draft, body: int) -> list[int]:
    """Geoms of a body and of what is fixed to it."""
    m = draft.model
    return [g for g in range(m.ngeom) if m.body_weldid[m.geom_bodyid[g]] == m.body_weldid[body]]


def _find_soles(draft: Draft, data: mujoco.MjData) -> None:
    m = draft.model
    for side in ("left", "right"):
        body = draft.roles[f"{side}_foot"]
        geoms = _own_geoms(draft, body)
        colliding = [g for g in geoms if m.geom_contype[g] or m.geom_conaffinity[g]]
        foot = _name(draft, body)
        if not geoms:
            raise _refuse(draft.source, f"foot '{foot}' has no shape: a sole is needed to stand on")
        points = np.concatenate([_points(draft, data, g) for g in colliding or geoms])
        origin = data.xpos[body]
        sole = points[points[:, 2] < points[:, 2].min() + _SOLE_SLICE_m] - origin
        low, high = sole.min(axis=0), sole.max(axis=0)
        draft.soles[side] = {"fore_m": high[0], "aft_m": -low[0], "left_m": high[1], "right_m": -low[1],
                             "down_m": -low[2]}
        if high[0] - low[0] < 0.05 or high[1] - low[1] < 0.01:
            raise _refuse(draft.source, f"foot '{foot}' has no sole: its lowest {_SOLE_SLICE_m * 100:.1f} cm measure "
                                        f"{high[0] - low[0]:.3f} x {high[1] - low[1]:.3f} m")
        if min(high[0], -low[0], high[1], -low[1]) < 0 or low[2] > 0:
            raise _refuse(draft.source, f"the ankle of '{foot}' is not above its sole")
        leg = data.xpos[_path(draft, body)[0]][2] - points[:, 2].min()
        if high[0] - low[0] > leg:
            raise _refuse(draft.source, f"foot '{foot}' is {high[0] - low[0]:.2f} m long, its leg {leg:.2f} m: the foot "
                                        "is larger than the leg")


def _find_home(draft: Draft, data: mujoco.MjData) -> None:
    """Knees bent, soles level and equally low, the centre of mass above the middle of the soles."""
    m = draft.model
    pitch = {side: [j for j in draft.groups[f"{side}_leg"] if abs(data.xaxis[j][1]) > 0.7] for side in ("left", "right")}
    for side, joints in pitch.items():
        if len(joints) != 3:
            raise _refuse(draft.source, f"the {side} leg has {len(joints)} joints about y (hip, knee and ankle pitch), "
                                        "must be 3")
    hip, knee, _ = pitch["left"]
    foot = draft.roles["left_foot"]
    stretched = (np.linalg.norm(data.xanchor[knee] - data.xanchor[hip]) +
                 np.linalg.norm(data.xpos[foot] - data.xanchor[knee]))
    sole = draft.soles["left"]
    middle = 0.5 * (sole["fore_m"] - sole["aft_m"])
    target = np.array([data.xpos[foot][0] - data.xanchor[hip][0], -_CROUCH * stretched, 0.0])
    scratch = mujoco.MjData(m)

    def pose(angles: dict[int, float]) -> None:
        scratch.qpos[:] = 0
        scratch.qpos[3] = 1
        for j, angle in angles.items():
            scratch.qpos[m.jnt_qposadr[j]] = angle
        mujoco.mj_forward(m, scratch)

    def forward(side: str, q: Vector) -> Vector:
        pose(dict(zip(pitch[side], q)))
        body = draft.roles[f"{side}_foot"]
        offset = scratch.xpos[body] - scratch.xanchor[pitch[side][0]]
        R = scratch.xmat[body].reshape(3, 3) @ data.xmat[body].reshape(3, 3).T
        return np.array([offset[0], offset[2], math.atan2(-R[2, 0], R[0, 0])])

    def solve(side: str) -> Vector:
        signs = np.array([np.sign(data.xaxis[j][1]) for j in pitch[side]])
        q = signs * np.array([-0.4, 0.8, -0.4])  # about +y a knee bends backwards by a positive angle
        for _ in range(60):
            error = target - forward(side, q)
            if np.abs(error).max() < 1e-8:
                break
            J = np.column_stack([(forward(side, q + 1e-6 * e) - forward(side, q - 1e-6 * e)) / 2e-6 for e in np.eye(3)])
            q = q + np.clip(np.linalg.solve(J + 1e-9 * np.eye(3), error), -0.2, 0.2)
        return q

    for _ in range(6):
        draft.home = {j: float(a) for side in pitch for j, a in zip(pitch[side], solve(side))}
        pose(draft.home)
        com = scratch.subtree_com[1][0]
        soles = np.mean([scratch.xpos[draft.roles[f"{s}_foot"]][0] for s in pitch]) + middle
        target[0] += com - soles
    for side in pitch:
        if np.abs(target - forward(side, np.array([draft.home[j] for j in pitch[side]]))).max() > 1e-3:
            raise _refuse(draft.source, f"the {side} leg cannot stand with its knee bent above its sole")
    for j, angle in draft.home.items():
        low, high = m.jnt_range[j]
        if not low + 0.02 <= angle <= high - 0.02:
            raise _refuse(draft.source, f"joint '{m.joint(j).name}' would stand at {angle:.2f} rad, outside its range "
                                        f"[{low:.2f}, {high:.2f}]")
    for j in draft.joints:  # a joint whose range does not hold zero rests as near to it as it may
        low, high = m.jnt_range[j]
        room = 0.05 * (high - low)
        if j not in draft.home and not low + room <= 0 <= high - room:
            draft.home[j] = float(np.clip(0.0, low + room, high - room))
    pose(draft.home)
    draft.hip_height_m = float(scratch.xanchor[hip][2] - scratch.xpos[foot][2] + sole["down_m"])
    draft.width_m = float(scratch.xpos[draft.roles["left_foot"]][1] - scratch.xpos[draft.roles["right_foot"]][1])


# ---- writing -------------------------------------------------------------------------------------------------------

def _numbers(values: Any) -> str:
    return " ".join(f"{0.0 if abs(v) < 5e-10 else v:.9g}" for v in np.atleast_1d(values))


def _quaternion(R: Vector) -> Vector:
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.ascontiguousarray(R).ravel())
    return quat


def _shape(parent: ElementTree.Element, draft: Draft, data: mujoco.MjData, body: int) -> None:
    """Collision shapes of a body in its own frame, which is parallel to W: its own primitives, else one capsule."""
    m = draft.model
    origin = data.xpos[body]
    own = [g for g in range(m.ngeom) if m.geom_bodyid[g] == body]
    kinds = {mujoco.mjtGeom.mjGEOM_SPHERE: "sphere", mujoco.mjtGeom.mjGEOM_CAPSULE: "capsule",
             mujoco.mjtGeom.mjGEOM_CYLINDER: "cylinder", mujoco.mjtGeom.mjGEOM_BOX: "box"}
    primitives = [g for g in own if _kind(draft, g) in kinds and (m.geom_contype[g] or m.geom_conaffinity[g])]
    for side in ("left", "right"):
        if body == draft.roles[f"{side}_foot"]:
            s = draft.soles[side]
            half_z = min(0.015, 0.5 * s["down_m"])
            ElementTree.SubElement(parent, "geom", type="box", pos=_numbers(
                [0.5 * (s["fore_m"] - s["aft_m"]), 0.5 * (s["left_m"] - s["right_m"]), half_z - s["down_m"]]),
                size=_numbers([0.5 * (s["fore_m"] + s["aft_m"]), 0.5 * (s["left_m"] + s["right_m"]), half_z]))
            return
    for g in primitives:
        size = m.geom_size[g][:{"sphere": 1, "box": 3}.get(kinds[_kind(draft, g)], 2)]
        ElementTree.SubElement(parent, "geom", type=kinds[_kind(draft, g)], pos=_numbers(data.geom_xpos[g] - origin),
                               quat=_numbers(_quaternion(data.geom_xmat[g].reshape(3, 3))), size=_numbers(size))
    if primitives or not own:
        return
    points = np.concatenate([_points(draft, data, g) for g in own]) - origin
    low, high = points.min(axis=0), points.max(axis=0)
    half, middle = 0.5 * (high - low), 0.5 * (high + low)
    if half.max() < 0.01:
        return
    long = int(np.argmax(half))
    radius = max(0.01, 0.8 * float(np.mean(np.delete(half, long))))
    reach = max(0.0, float(half[long]) - radius) * np.eye(3)[long]
    if reach.any():
        ElementTree.SubElement(parent, "geom", type="capsule", size=_numbers(radius),
                               fromto=_numbers([*(middle - reach), *(middle + reach)]))
    else:
        ElementTree.SubElement(parent, "geom", type="sphere", size=_numbers(radius), pos=_numbers(middle))


def _model_xml(draft: Draft, name: str, data: mujoco.MjData) -> ElementTree.Element:
    """The robot alone, every body's frame parallel to the world's in the zero posture, motors in N·m."""
    m = draft.model
    root = ElementTree.Element("mujoco", model=name)
    ElementTree.SubElement(root, "compiler", angle="radian", autolimits="true", inertiafromgeom="false")
    defaults = ElementTree.SubElement(ElementTree.SubElement(root, "default"), "default", {"class": name})
    ElementTree.SubElement(defaults, "geom", group="3", condim="3", mass="0", friction="1 0.005 0.0001",
                           rgba="0.6 0.63 0.68 1")
    elements = {0: ElementTree.SubElement(root, "worldbody")}
    for body in range(1, m.nbody):
        if m.body_rootid[body] != 1:
            continue
        parent = int(m.body_parentid[body])
        lift = [0, 0, -min(data.xpos[draft.roles[f"{s}_foot"]][2] - draft.soles[s]["down_m"] for s in ("left", "right"))]
        pos = data.xpos[body] + lift if parent == 0 else data.xpos[body] - data.xpos[parent]
        element = ElementTree.SubElement(elements[parent], "body", name=_name(draft, body) or f"body_{body}",
                                         pos=_numbers(pos))
        elements[body] = element
        if parent == 0:
            element.set("childclass", name)
            ElementTree.SubElement(element, "freejoint", name=f"{name}_free")
        if m.body_mass[body] > 0:
            ElementTree.SubElement(element, "inertial", pos=_numbers(data.xipos[body] - data.xpos[body]),
                                   quat=_numbers(_quaternion(data.ximat[body].reshape(3, 3))),
                                   mass=_numbers(m.body_mass[body]), diaginertia=_numbers(m.body_inertia[body]))
        for j in _joints_of(draft, [body]):
            if j not in draft.joints:
                continue
            dof = m.jnt_dofadr[j]
            torque = draft.torque_Nm[j]
            ElementTree.SubElement(
                element, "joint", name=m.joint(j).name, pos=_numbers(data.xanchor[j] - data.xpos[body]),
                axis=_numbers(data.xaxis[j]), range=_numbers(m.jnt_range[j]),
                # A rotor's inertia where the model has none; damping of a servo is not the joint's own.
                armature=_numbers(m.dof_armature[dof] or 4e-4 * torque),
                damping=_numbers(min(float(m.dof_damping[dof]), 0.005 * torque)),
                frictionloss=_numbers(min(float(m.dof_frictionloss[dof]), 0.02 * torque)))
        _shape(element, draft, data, body)
    contact = ElementTree.SubElement(root, "contact")
    actuator = ElementTree.SubElement(root, "actuator")
    for j in draft.joints:
        torque = _numbers(draft.torque_Nm[j])
        ElementTree.SubElement(actuator, "motor", name=m.joint(j).name, joint=m.joint(j).name, gear="1",
                               ctrlrange=f"-{torque} {torque}")
    for a, b in _near_pairs(draft, root):
        ElementTree.SubElement(contact, "exclude", body1=a, body2=b)
    ElementTree.indent(root)
    return root


def _near_pairs(draft: Draft, root: ElementTree.Element) -> list[tuple[str, str]]:
    """Pairs of bodies that share room by design: near each other at zero or at home, or within two joints."""
    m = mujoco.MjModel.from_xml_string(ElementTree.tostring(root, encoding="unicode"))
    m.geom_margin[:] = _NEAR_m
    d = mujoco.MjData(m)
    pairs = set()
    for posture in ({}, draft.home):
        mujoco.mj_resetData(m, d)
        for j, angle in posture.items():
            d.qpos[m.joint(draft.model.joint(j).name).qposadr[0]] = angle
        mujoco.mj_forward(m, d)
        for k in range(d.ncon):
            pairs.add(tuple(sorted((int(m.geom_bodyid[d.contact.geom1[k]]), int(m.geom_bodyid[d.contact.geom2[k]])))))
    weld, parent = m.body_weldid, m.body_parentid
    for b in range(2, m.nbody):
        up = parent[weld[b]]
        for _ in range(2):
            if up > 0 and weld[up] != weld[b]:
                pairs.add(tuple(sorted((b, int(up)))))
            up = parent[weld[up]] if up > 0 else 0
    return [(m.body(a).name, m.body(b).name) for a, b in sorted(pairs) if a > 0]


def _robot_yaml(draft: Draft, name: str) -> str:
    m = draft.model

    def names(joints: list[int]) -> str:
        return "[" + ", ".join(m.joint(j).name for j in joints) + "]"

    def sole(side: str) -> str:
        return "{" + ", ".join(f"{key}: {value:.4f}" for key, value in draft.soles[side].items()) + "}"

    mass = float(m.body_subtreemass[1])
    lines = [
        f"# {name}: drafted from {draft.source.name}. To be measured and replaced: speed limits, noise, latencies.",
        f"name: {name}", "model: model.xml", "",
        "roles: {" + ", ".join(f"{role}: {_name(draft, body)}" for role, body in draft.roles.items()) + "}", "",
        f"joints: {names(draft.joints)}", "", "speed_max_rad_s:",
        *(f"  {m.joint(j).name}: {draft.speed_rad_s[j]:.4g}" for j in draft.joints), "", "soles:",
        *(f"  {side}: {sole(side)}" for side in ("left", "right")), "", "groups:",
        *(f"  {group}: {names(draft.groups[group])}"
          for group in ("left_leg", "right_leg", "waist", "left_arm", "right_arm", "head")), "",
        "home:", *(f"  {m.joint(j).name}: {angle:.5f}" for j, angle in draft.home.items()), "",
        "noise: {gyro_rad_s: 0.005, gyro_bias_rad_s: 0.01, accelerometer_m_s2: 0.05, accelerometer_bias_m_s2: 0.1,",
        "  attitude_rad: 0.01, attitude_bias_rad: 0.005, joint_position_rad: 0.0005, joint_position_bias_rad: 0.0005,",
        f"  joint_velocity_rad_s: 0.05, foot_force_relative: 0.05, foot_force_N: {0.08 * mass:.1f}}}", "",
        "latency_s: {sensing: 0.002, actuation: 0.001}", "",
        "plant_error: {mass_relative: 0.03, com_m: 0.01, friction_relative: 0.3}", "",
    ]
    return "\n".join(lines)


def _tuning_yaml(draft: Draft) -> str:
    """Times go with the square root of the leg's length, lengths with the length, forces with the weight."""
    m = draft.model
    scale = draft.hip_height_m / 0.9  # of the robot whose values the defaults are
    root = math.sqrt(scale)
    mass = float(m.body_subtreemass[1])
    sole = draft.soles["left"]
    middle = 0.5 * (sole["fore_m"] - sole["aft_m"])
    half_length = 0.5 * (sole["fore_m"] + sole["aft_m"])
    half_width = 0.5 * (sole["left_m"] + sole["right_m"])
    inside = max(0.6 * half_length, half_length - 0.03)
    # The home posture's own spacing, within what a sideways sway at this height allows.
    width = float(np.clip(draft.width_m, max(0.15 * draft.hip_height_m, 2 * half_width + 0.04), 0.24 * draft.hip_height_m))
    stretched = [j for j in draft.groups["left_leg"] + draft.groups["right_leg"]
                 if j in draft.home and abs(draft.home[j]) == max(abs(draft.home.get(k, 0)) for k in draft.groups[
                     "left_leg" if j in draft.groups["left_leg"] else "right_leg"])]
    ranges = []
    for j in stretched:  # knees are never stretched
        low, high = m.jnt_range[j]
        bent = [max(low, 0.1), high] if draft.home[j] > 0 else [low, min(high, -0.1)]
        ranges.append(f"    {m.joint(j).name}: [{bent[0]:.5f}, {bent[1]:.5f}]")
    return "\n".join([
        "# Drafted from mass and size; every key has a default in the code.",
        "gait:",
        f"  timing: {{slow_s: {0.45 * root:.3f}, fast_s: {0.32 * root:.3f}, floor_s: {0.26 * root:.3f}}}",
        f"  steps: {{width_m: {width:.3f}, width_min_m: {max(0.6 * width, 2 * half_width + 0.01):.3f}, "
        f"forward_max_m: {0.9 * scale:.2f}, backward_max_m: {0.7 * scale:.2f}}}",
        f"  dcm: {{cop_x_m: {middle:.4f}, cop_fore_m: {0.7 * inside:.4f}, cop_aft_m: {0.7 * inside:.4f}, "
        f"cop_side_m: {0.6 * half_width:.4f}}}",
        f"  swing: {{apex_m: {0.063 * scale:.3f}, touchdown_speed_m_s: 0.5, touchdown_force_N: {0.06 * mass * 9.81:.0f}}}",
        f"  speed: {{forward_max_m_s: {1.4 * root:.2f}, backward_max_m_s: {0.7 * root:.2f}, "
        f"sideways_max_m_s: {0.4 * root:.2f}}}",
        f"  stand: {{cop_x_m: 0.0, capture_fore_m: {0.85 * half_length:.4f}, capture_aft_m: {0.6 * half_length:.4f}, "
        f"capture_side_m: {0.5 * width + 0.5 * half_width:.4f}, calm_steps: 1}}",
        f"  torso: {{lean_rad: {0.05:.2f}}}",
        "control:",
        "  posture_legs: {weight: 0.11, stiffness_1_s2: 20}",
        "  posture_waist: {weight: 10, stiffness_1_s2: 200}",
        f"  momentum: {{angular_inertia_kg_m2: {8.0 * mass / 77.0 * scale**2:.2f}}}",
        "  ranges_rad:", *ranges, ""])


def draft_robot(model: pathlib.Path, folder: pathlib.Path) -> None:
    """Writes model.xml, robot.yaml and tuning.yaml of the MJCF or URDF into a new folder. Raises DraftError."""
    if (folder / "robot.yaml").exists():
        raise _refuse(folder, "holds a robot already")
    name = re.sub(r"\W+", "_", folder.name).lower()
    compiled, speeds = _load(model)
    draft = Draft(model, compiled)
    if compiled.nbody < 2 or not compiled.jnt_type.size or compiled.jnt_type[0] != int(mujoco.mjtJoint.mjJNT_FREE):
        raise _refuse(model, "the first body must be the robot's base")
    if not compiled.body_subtreemass[1] > 1.0:
        raise _refuse(model, f"the robot weighs {compiled.body_subtreemass[1]:.3g} kg: its links need masses")
    data = mujoco.MjData(compiled)
    data.qpos[:] = 0
    data.qpos[3] = 1
    mujoco.mj_forward(compiled, data)
    _find_roles(draft, data)
    massless = [_name(draft, b) for j in draft.joints if compiled.body_subtreemass[b := compiled.jnt_bodyid[j]] <= 0]
    if massless:
        raise _refuse(model, f"links without mass behind their joint: {', '.join(massless)}")
    _find_limits(draft, speeds)
    _find_soles(draft, data)
    _find_home(draft, data)
    folder.mkdir(parents=True, exist_ok=True)
    xml = _model_xml(draft, name, data)
    (folder / "model.xml").write_text(ElementTree.tostring(xml, encoding="unicode") + "\n", encoding="utf-8")
    (folder / "tuning.yaml").write_text(_tuning_yaml(draft), encoding="utf-8")
    (folder / "robot.yaml").write_text(_robot_yaml(draft, name), encoding="utf-8")
