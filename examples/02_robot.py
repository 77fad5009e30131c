"""Where the hands are in the home posture, and which joint is the strongest."""

import longmen

robot = longmen.RobotModel("qinglong")
poses = robot.forward_kinematics(robot.home_rad)
print(robot, "left hand at", poses["left_hand"][:3, 3].round(3))
strongest = robot.torque_max_Nm.argmax()
print(robot.joint_names[strongest], robot.torque_max_Nm[strongest], "N m")
